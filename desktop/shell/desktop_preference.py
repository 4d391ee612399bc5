"""Asks the desktop environment for light or dark, if Qt itself does not know.

The settings portal (org.freedesktop.portal.Settings, version 2) tells it, also when it changes.
"""

import os
from typing import TYPE_CHECKING

from desktop.look.theme import Choice, Theme

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_PORTAL = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_APPEARANCE = "org.freedesktop.appearance"
_SCHEME = "color-scheme"
_CHOICES: dict[int, Choice] = {1: "dark", 2: "light"}  # 0: no preference


class DesktopPreference:
    """Passes the portal's preference to a theme, until it is closed."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._bus: MessageBus | None = None

    async def follow(self) -> None:
        """Read the preference, if a portal answers, and listen for changes."""
        if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            return
        from dbus_fast import Message, MessageType  # noqa: PLC0415 - not before the first paint
        from dbus_fast.aio import MessageBus  # noqa: PLC0415 - as above
        from dbus_fast.errors import DBusFastError  # noqa: PLC0415 - as above

        rule = f"type='signal',interface='{_SETTINGS}',member='SettingChanged'"
        listen = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=[rule],
        )
        read = Message(
            destination=_PORTAL,
            path=_PATH,
            interface=_SETTINGS,
            member="ReadOne",
            signature="ss",
            body=[_APPEARANCE, _SCHEME],
        )
        try:
            self._bus = await MessageBus().connect()
            self._bus.add_message_handler(self._heard)
            await self._bus.call(listen)
            reply = await self._bus.call(read)
        except (OSError, EOFError, DBusFastError):
            return
        if reply.message_type is not MessageType.METHOD_RETURN:
            return
        self._tell(reply.body[0].value)

    def close(self) -> None:
        """Stop listening."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()

    def _heard(self, message: "Message") -> None:
        if message.member == "SettingChanged" and message.body[:2] == [_APPEARANCE, _SCHEME]:
            self._tell(message.body[2].value)

    def _tell(self, scheme: int) -> None:
        self._theme.prefer(_CHOICES.get(scheme, "system"))

"""Shows a notice through the desktop's notification daemon (org.freedesktop.Notifications 1.2).

Qt's D-Bus cannot send the uint32 that `Notify` wants; dbus-fast can, in the same loop.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.notice import Notice
from engine.watch.alert import Severity

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_ICON = Path(__file__).parent.parent / "resources" / "icons" / "gavatcore.svg"
_PATIENCE = 2.0  # seconds for the daemon to answer
_URGENCY = {Severity.NOTICE: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


class DBusPresenter:
    """Connects at the first notice, and anew when the connection was lost."""

    def __init__(self) -> None:
        self._bus: MessageBus | None = None
        self._shown: dict[str, int] = {}  # the daemon's number of the last notice of each key

    async def present(self, notice: Notice) -> bool:
        """Whether a daemon took it."""
        if not (sys.platform.startswith("linux") and os.environ.get("DBUS_SESSION_BUS_ADDRESS")):
            return False
        try:
            async with asyncio.timeout(_PATIENCE):
                bus = await self._connected()
                reply = await bus.call(self._message(notice))
        except (OSError, EOFError, TimeoutError):
            self.close()
            return False
        return self._delivered(notice, reply)

    def close(self) -> None:
        """Let go of the bus."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()

    async def _connected(self) -> "MessageBus":
        if self._bus is None or not self._bus.connected:
            from dbus_fast.aio import MessageBus  # noqa: PLC0415 - 15 ms nobody needs before this
            from dbus_fast.errors import AuthError, InvalidAddressError  # noqa: PLC0415 - as above

            try:
                self._bus = await MessageBus().connect()
            except (AuthError, InvalidAddressError) as error:
                raise ConnectionError(type(error).__name__) from error
        return self._bus

    def _message(self, notice: Notice) -> "Message":
        from dbus_fast import Message, Variant  # noqa: PLC0415 - as above

        hints = {
            "urgency": Variant("y", _URGENCY[notice.severity]),
            "desktop-entry": Variant("s", "gavatcore"),
        }
        return Message(
            destination="org.freedesktop.Notifications",
            path="/org/freedesktop/Notifications",
            interface="org.freedesktop.Notifications",
            member="Notify",
            signature="susssasa{sv}i",
            body=[
                "Gavatcore",
                self._shown.get(notice.key, 0),
                str(_ICON),
                notice.title,
                _escaped(notice.body),
                [],
                hints,
                -1,
            ],
        )

    def _delivered(self, notice: Notice, reply: "Message | None") -> bool:
        from dbus_fast import MessageType  # noqa: PLC0415 - as above

        if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
            return False
        if notice.key:
            self._shown[notice.key] = reply.body[0]
        return True


def _escaped(text: str) -> str:
    """Daemons read the body as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

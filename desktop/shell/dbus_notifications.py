"""Shows a notice through the desktop's notification daemon (org.freedesktop.Notifications 1.2).

Qt's D-Bus cannot send the uint32 that `Notify` needs; dbus-fast can, in the same loop.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

import resources
from desktop.look.state_icon import state_icon
from desktop.shell import session_bus
from desktop.shell.notice import Notice, Urgency
from engine.wording.states import State

if TYPE_CHECKING:
    from dbus_fast import Message, Variant
    from dbus_fast.aio import MessageBus

_ICON = Path(resources.__file__).parent / "icons" / "gavatcore.svg"
_NAME = "org.freedesktop.Notifications"
_DAEMON = (_NAME, "/org/freedesktop/Notifications")
_MARK = 64  # pixels of the state's mark
_URGENCY = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.CRITICAL: 2}


class DBusPresenter:
    """Connects for the first notice, and again after the connection was lost."""

    def __init__(self) -> None:
        self._bus: MessageBus | None = None
        # The daemon (its name on the bus) that showed the last notice of each key, and its number
        # there.
        self._shown: dict[str, tuple[str, int]] = {}

    async def present(self, notice: Notice) -> bool:
        """Show the notice; return True if a daemon accepted it."""
        try:
            bus = await self._connected()
            reply = await self._notify(bus, notice)
        except OSError:
            self.close()
            return False
        if reply is not None and notice.key:
            self._shown[notice.key] = (reply.sender or _NAME, reply.body[0])
        return reply is not None

    async def withdraw(self, key: str) -> None:
        """Close the notice of this key, if it is still shown."""
        if key not in self._shown:
            return
        daemon, number = self._shown.pop(key)
        try:
            bus = await self._connected()
            # Sent to that daemon only: another one that took over numbers its own notices.
            place = (daemon, _DAEMON[1])
            await session_bus.call(bus, place, f"{_NAME}.CloseNotification", "u", number)
        except OSError:
            self.close()

    def close(self) -> None:
        """Close the connection to the bus."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()

    async def _connected(self) -> "MessageBus":
        if self._bus is None or not self._bus.connected:
            self._bus = await session_bus.connect()
        return self._bus

    async def _notify(self, bus: "MessageBus", notice: Notice) -> "Message | None":
        """Return the daemon's answer with the number of the notice; None if it took none."""
        # Asked each time: another daemon may have taken over.
        can = await session_bus.call(bus, _DAEMON, f"{_NAME}.GetCapabilities")
        reads_markup = can is None or "body-markup" in can.body[0]
        daemon, number = self._shown.get(notice.key, ("", 0))
        replaced = number if can is not None and (can.sender or _NAME) == daemon else 0
        return await session_bus.call(
            bus,
            _DAEMON,
            f"{_NAME}.Notify",
            "susssasa{sv}i",
            "Gavatcore",
            replaced,
            str(_ICON),
            notice.title,
            _escaped(notice.body) if reads_markup else notice.body,
            [],
            _hints(notice),
            -1,
        )


def _hints(notice: Notice) -> "dict[str, Variant]":
    from dbus_fast import Variant  # noqa: PLC0415 - loaded with the connection

    hints = {
        "urgency": Variant("y", _URGENCY[notice.urgency]),
        "desktop-entry": Variant("s", "gavatcore"),
    }
    if notice.state is not None:
        hints["image-data"] = Variant("(iiibiiay)", _mark(notice.state))
    return hints


def _mark(state: State) -> list[int | bool | bytes]:
    """Return the state's shape as an image in the protocol's form: sizes, alpha, RGBA bytes."""
    image = state_icon(state).pixmap(QSize(_MARK, _MARK)).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    stride = image.bytesPerLine()
    return [image.width(), image.height(), stride, True, 8, 4, bytes(image.constBits())]


def _escaped(text: str) -> str:
    """Return a body in which the daemon finds no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

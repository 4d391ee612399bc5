"""Signals when a tray host comes and goes, so that nobody has to poll.

StatusNotifierItem hosts are noticed on the session bus, XEmbed hosts by X server events; Qt knows
of both, but has no signal.
"""

import asyncio
import contextlib
import ctypes
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractNativeEventFilter, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop.shell.session_bus import connect, listen

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_WATCHER = "org.kde.StatusNotifierWatcher"
_RULES = (
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{_WATCHER}'",
    f"type='signal',interface='{_WATCHER}',member='StatusNotifierHostRegistered'",
    f"type='signal',interface='{_WATCHER}',member='StatusNotifierHostUnregistered'",
)
_MEMBERS = frozenset(
    {"NameOwnerChanged", "StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"}
)
# X11 protocol, section "Events": the first byte, without the bit for events that clients send.
_DESTROY_NOTIFY, _CLIENT_MESSAGE = 17, 33


class TrayHost(QObject):
    """Knows if a tray host is there, and signals `changed` when it comes or goes."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._there = QSystemTrayIcon.isSystemTrayAvailable()
        self._bus: MessageBus | None = None
        self._events: _HostEvents | None = None
        self._look = QTimer(self, singleShot=True, interval=0)  # after Qt has noticed it too
        self._look.timeout.connect(self._looked)
        app = QApplication.instance()
        if app is not None and QGuiApplication.platformName() == "xcb":
            self._events = _HostEvents(self._look)
            app.installNativeEventFilter(self._events)

    async def follow(self) -> None:
        """Listen on the session bus too, if there is one, until `close`."""
        if self._bus is not None:
            return
        try:
            self._bus = await connect()
            self._bus.add_message_handler(self._heard)
            for rule in _RULES:
                await listen(self._bus, rule)
        except OSError:
            return
        self._looked()  # it may have come before anybody listened

    async def arrives(self, seconds: float) -> bool:
        """Wait at most `seconds` until a host is there; return True if one is."""
        came = asyncio.Event()
        waiting = self.changed.connect(lambda there: came.set() if there else None)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.follow()
                    if not self._there:
                        await came.wait()
        finally:
            self.changed.disconnect(waiting)
        return self._there

    def close(self) -> None:
        """Stop listening."""
        bus, self._bus = self._bus, None
        if bus is not None and bus.connected:
            bus.disconnect()
        app = QApplication.instance()
        if self._events is not None and app is not None:
            app.removeNativeEventFilter(self._events)
            self._events = None

    def _heard(self, message: "Message") -> None:
        if message.member in _MEMBERS:
            self._look.start()

    def _looked(self) -> None:
        there = QSystemTrayIcon.isSystemTrayAvailable()
        if there is not self._there:
            self._there = there
            self.changed.emit(there)


class _HostEvents(QAbstractNativeEventFilter):
    """Triggers a check after the X server's events for a tray host that comes or dies."""

    def __init__(self, look: QTimer) -> None:
        super().__init__()
        self._look = look

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:  # noqa: N802 - Qt's name
        if kind == b"xcb_generic_event_t":
            code = ctypes.c_uint8.from_address(int(message)).value & 0x7F
            if code in {_DESTROY_NOTIFY, _CLIENT_MESSAGE}:
                self._look.start()
        return False, 0

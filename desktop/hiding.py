"""Keeps a hidden window reachable: without a tray host, nobody could bring it back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.event_loop.tasks import Tasks
from desktop.shell.notice import Notice
from desktop.shell.tray import Tray
from desktop.shell.tray_host import TrayHost
from engine.language import _
from engine.watch.alert import Severity

if TYPE_CHECKING:
    from desktop.window import Window  # the tray does not wait for its import

LOGIN = 20.0  # seconds that a desktop session takes to start its panel
RESTART = 5.0  # seconds that a panel takes to restart


class Hiding(QObject):
    """Shows the window if the tray host does not come, or leaves and does not return."""

    def __init__(
        self, host: TrayHost, tray: Tray, tasks: Tasks, window: "Callable[[], Window]"
    ) -> None:
        super().__init__()
        self._host = host
        self._tray = tray
        self._tasks = tasks
        self._window = window
        host.changed.connect(self._host_changed)

    def start_hidden(self) -> None:
        """Keep the window hidden if a tray host exists, or appears while the session starts."""
        self._tasks.start(self._wait_for_host(), "hidden start")

    def _host_changed(self, there: bool) -> None:
        if there:
            self._tray.renew()
        elif not self._window().isVisible():
            self._tasks.start(self._wait_for_return(), "tray host")

    async def _wait_for_host(self) -> None:
        if not await self._host.arrives(LOGIN):
            self._window().show()

    async def _wait_for_return(self) -> None:
        if await self._host.arrives(RESTART):
            return
        window = self._window()
        if not window.isVisible():
            window.bring_forward()
            window.show_notice(
                Notice(
                    _("The tray is gone"),
                    _("The icon was in it, so the window is here again. Minimize it to go on."),
                    Severity.WARNING,
                )
            )

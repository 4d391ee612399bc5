"""Brings a notice to the person: through D-Bus, else the tray, else the window's banner."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtWidgets import QSystemTrayIcon

from desktop.notice import Notice, of_alert
from engine.watch.alert import Alert, Severity


class Presenter(Protocol):
    """One way to show a notice."""

    async def present(self, notice: Notice) -> bool:
        """Show it, and say whether it was delivered."""
        ...


class Notifier:
    """Tries its presenters in order until one delivers."""

    def __init__(self, presenters: Sequence[Presenter]) -> None:
        self._presenters = tuple(presenters)

    async def notify(self, alert: Alert) -> bool:
        """Tell of an alert; whether anybody showed it."""
        return await self.tell(of_alert(alert))

    async def tell(self, notice: Notice) -> bool:
        """Show any notice; whether anybody showed it."""
        for presenter in self._presenters:
            if await presenter.present(notice):
                return True
        return False


_TRAY_ICONS = {
    Severity.NOTICE: QSystemTrayIcon.MessageIcon.Information,
    Severity.WARNING: QSystemTrayIcon.MessageIcon.Warning,
    Severity.CRITICAL: QSystemTrayIcon.MessageIcon.Critical,
}


class TrayPresenter:
    """The tray's own balloon; `supportsMessages()` says yes even where nothing would show."""

    def __init__(
        self,
        icon: QSystemTrayIcon,
        is_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        self._icon = icon
        self._is_available = is_available

    async def present(self, notice: Notice) -> bool:
        if not self._is_available():
            return False
        self._icon.showMessage(notice.title, notice.body, _TRAY_ICONS[notice.severity])
        return True


class BannerPresenter:
    """A banner in the window, there when it is next looked at; it always delivers."""

    def __init__(self, show: Callable[[Notice], None]) -> None:
        self._show = show

    async def present(self, notice: Notice) -> bool:
        self._show(notice)
        return True

"""Delivers a notice: through D-Bus, else the tray, else the window's banner."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtWidgets import QSystemTrayIcon

from desktop.look.state_icon import state_icon
from desktop.shell.notice import Notice, Urgency, of_alert, of_end
from engine.watch.alert import Alert
from engine.wording.states import State


class Presenter(Protocol):
    """One way to show a notice."""

    async def present(self, notice: Notice) -> bool:
        """Show it; return True if it was delivered."""
        ...

    async def withdraw(self, key: str) -> None:
        """Withdraw the notice of this key, if it is still shown."""
        ...


_LAST_DELIVERY = 1.0  # seconds


class Notifier:
    """Tries its presenters in order until one delivers; handles one notice at a time."""

    def __init__(self, presenters: Sequence[Presenter]) -> None:
        self._presenters = tuple(presenters)
        self._shown: dict[str, Presenter] = {}
        self._alerts: set[str] = set()  # alerts that were reported and are not over
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[bool]] = set()

    async def notify(self, alert: Alert, state: State | None = None) -> bool:
        """Report an alert; return True if it was shown."""
        was_told = await self.tell(of_alert(alert, state))
        if was_told:
            self._alerts.add(alert.key)
        return was_told

    async def settle(self, alert: Alert, state: State | None = None) -> None:
        """Withdraw an alert's notice, and report its end if that matters."""
        async with self._turn:  # it may be on its way to the screen
            was_told = alert.key in self._alerts
            self._alerts.discard(alert.key)
        if not was_told:
            return
        await self.withdraw(alert.key)
        if (end := of_end(alert, state)) is not None:
            await self.tell(end)

    async def tell(self, notice: Notice) -> bool:
        """Show any notice; return True if it was shown.

        A notice on its way arrives even if the caller is cancelled: one that nobody knows of would
        never be withdrawn.
        """
        async with self._turn:
            delivery = asyncio.get_running_loop().create_task(self._deliver(notice))
            self._under_way.add(delivery)
            delivery.add_done_callback(self._under_way.discard)
            return await asyncio.shield(delivery)

    async def _deliver(self, notice: Notice) -> bool:
        for presenter in self._presenters:
            if await presenter.present(notice):
                if notice.key:
                    self._shown[notice.key] = presenter
                return True
        return False

    async def withdraw(self, key: str) -> bool:
        """Withdraw a notice; return True if there was one."""
        async with self._turn:
            presenter = self._shown.pop(key, None)
            if presenter is not None:
                await presenter.withdraw(key)
        return presenter is not None

    async def close(self) -> None:
        """Withdraw what nobody would ever withdraw; wait up to a second for what is on its way."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_LAST_DELIVERY)
        for key in tuple(self._shown):
            await self.withdraw(key)


_TRAY_ICONS = {
    Urgency.LOW: QSystemTrayIcon.MessageIcon.Information,
    Urgency.NORMAL: QSystemTrayIcon.MessageIcon.Warning,
    Urgency.CRITICAL: QSystemTrayIcon.MessageIcon.Critical,
}


class TrayPresenter:
    """Shows the tray's own balloon; `supportsMessages()` says yes even if nothing would show."""

    def __init__(
        self,
        icon: Callable[[], QSystemTrayIcon],
        is_available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        self._icon = icon
        self._is_available = is_available
        self._key = ""  # of the only balloon

    async def present(self, notice: Notice) -> bool:
        """Show the notice; return False without a tray host."""
        if not self._is_available():
            return False
        if notice.state is not None:
            self._icon().showMessage(notice.title, notice.body, state_icon(notice.state))
        else:
            self._icon().showMessage(notice.title, notice.body, _TRAY_ICONS[notice.urgency])
        self._key = notice.key
        return True

    async def withdraw(self, key: str) -> None:
        """Remove the balloon if it shows this key."""
        if key == self._key and self._is_available():
            self._icon().showMessage("", "")  # an empty one replaces the last


class NoticePlace(Protocol):
    """The part of the window that shows a notice."""

    def show_notice(self, notice: Notice) -> None:
        """Show the notice."""

    def withdraw(self, key: str) -> None:
        """Hide the notice of this key."""


class BannerPresenter:
    """Shows a banner in the window for the next look at it; always delivers."""

    def __init__(self, place: Callable[[], NoticePlace]) -> None:
        self._place = place

    async def present(self, notice: Notice) -> bool:
        """Show the banner; return True."""
        self._place().show_notice(notice)
        return True

    async def withdraw(self, key: str) -> None:
        """Hide the banner of this key."""
        self._place().withdraw(key)

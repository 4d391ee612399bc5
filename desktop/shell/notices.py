"""Reports the engine's events outside the window, and withdraws what is over."""

from collections.abc import Awaitable

from desktop.event_loop.tasks import Tasks
from desktop.link import Link
from desktop.look.state import state_of
from desktop.shell.notice import Notice, Urgency
from desktop.shell.notifications import Notifier
from engine.language import _
from engine.watch.alert import AlertCleared, AlertRaised, Severity
from engine.wording.states import State

_START = "start"


class Notices:
    """Shows one notice an alert while it stands, and others about the whole program."""

    def __init__(self, notifier: Notifier, tasks: Tasks) -> None:
        self._notifier = notifier
        self._tasks = tasks
        self._link: Link | None = None

    def attach(self, link: Link) -> None:
        """Report this engine's alerts from now on."""
        self._link = link
        link.subscribe(AlertRaised, self._raised)
        link.subscribe(AlertCleared, self._cleared)

    def tell_failed_start(self, sentence: str) -> None:
        """Report that the engine did not start."""
        title = _("Gavatcore: the engine did not start")
        self._begin(
            self._notifier.tell(
                Notice(title, sentence, Severity.CRITICAL, _START, Urgency.CRITICAL, State.FAILED)
            )
        )

    def withdraw_failed_start(self) -> None:
        """Withdraw that report."""
        self._begin(self._notifier.withdraw(_START))

    def tell_that_it_goes_on(self) -> None:
        """Report that the window was closed but the bots continue."""
        notice = Notice(
            _("Gavatcore goes on in the tray"),
            _("The bots keep running. Quit from the tray's menu."),
        )
        self._begin(self._notifier.tell(notice))

    async def close(self) -> None:
        """Withdraw what nobody else would."""
        await self._notifier.close()

    def _raised(self, event: AlertRaised) -> None:
        self._begin(self._notifier.notify(event.alert, self._state()))

    def _cleared(self, event: AlertCleared) -> None:
        self._begin(self._notifier.settle(event.alert, self._state()))

    def _state(self) -> State:
        return state_of(self._link.snapshot() if self._link is not None else None)

    def _begin(self, telling: Awaitable[object]) -> None:
        async def tell() -> None:
            await telling

        self._tasks.start(tell(), "notification")

"""The commands a person may give, as one set of QActions that window and tray share."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from desktop.bot_commands import BotCommands
from desktop.event_loop.tasks import Tasks
from desktop.languages import Languages
from desktop.link import Link
from engine.commands.clean_sessions import CleanSessions
from engine.commands.collect_garbage import CollectGarbage
from engine.commands.emergency_off import LeaveEmergency
from engine.commands.emergency_on import EnterEmergency
from engine.commands.request import Request, purpose_of
from engine.errors import GavatcoreError
from engine.language import _
from engine.snapshot import EnginePhase, PhaseChanged, Snapshot
from engine.telegram.sessions.lock_check import LockCheck
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyChanged

Result = TypeVar("Result")


class Actions(QObject):
    """Emergency mode, lock cleanup and collection; usable while an attached engine runs."""

    locks_checked = Signal(object)  # tuple[LockCheck, ...]
    collected = Signal(object)  # Collection
    failed = Signal(str)  # a sentence
    quit_wanted = Signal()
    start_wanted = Signal()  # once more, after it failed
    folder_wanted = Signal()  # the data directory, in the file manager

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._link: Link | None = None
        self._busy: set[QAction] = set()
        self.bots = BotCommands(tasks, self)
        self.languages = Languages(self)
        self.emergency = QAction(self, checkable=True)
        self.clean_locks = QAction(self)
        self.collect = QAction(self)
        self.quit = QAction(self)
        self.try_again = QAction(self)
        self.open_folder = QAction(self)
        self.quit.setShortcut(QKeySequence(QKeySequence.StandardKey.Quit))
        if self.quit.shortcut().isEmpty():
            self.quit.setShortcut(QKeySequence("Ctrl+Q"))
        self.emergency.triggered.connect(self._emergency_triggered)
        self.clean_locks.triggered.connect(self._clean_locks_triggered)
        self.collect.triggered.connect(self._collect_triggered)
        self.quit.triggered.connect(self.quit_wanted)
        self.try_again.triggered.connect(self.start_wanted)
        self.open_folder.triggered.connect(self.folder_wanted)
        self.reword()

    def attach(self, link: Link) -> None:
        """Send commands to this engine from now on."""
        self._link = link
        self.bots.attach(link)
        link.subscribe(EmergencyChanged, lambda _event: self.refresh())
        link.subscribe(PhaseChanged, lambda _event: self.refresh())
        self.refresh()

    def reword(self) -> None:
        """Say all in the language in use."""
        self.emergency.setText(_("&Emergency mode"))
        self.clean_locks.setText(_("Clean up &locks"))
        self.collect.setText(_("Run &GC"))
        self.quit.setText(_("&Quit"))
        self.try_again.setText(_("&Try again"))
        self.open_folder.setText(_("Open &folder"))
        self.try_again.setToolTip(_("Read the files again, and start the engine"))
        self.open_folder.setToolTip(_("Show where settings, accounts and logs are"))
        self._purposes = {
            self.emergency: purpose_of(EnterEmergency),
            self.clean_locks: purpose_of(CleanSessions),
            self.collect: purpose_of(CollectGarbage),
        }
        self.languages.reword()
        self.refresh()

    def refresh(self) -> None:
        """Enable what can work now; say on the others why they cannot."""
        snapshot = self._link.snapshot() if self._link else None
        reason = _reason_against(snapshot)
        for action, purpose in self._purposes.items():
            running = action in self._busy
            action.setEnabled(reason is None and not running)
            why = _("Running…") if running else reason
            action.setToolTip(purpose if why is None else f"{purpose}\n{why}")
        self.emergency.setChecked(snapshot is not None and snapshot.emergency is not None)

    def _emergency_triggered(self, wanted: bool) -> None:
        request = EnterEmergency() if wanted else LeaveEmergency()
        self._begin(self.emergency, request, lambda _nothing: None)

    def _clean_locks_triggered(self) -> None:
        self._begin(self.clean_locks, CleanSessions(), self._locks_checked)

    def _collect_triggered(self) -> None:
        self._begin(self.collect, CollectGarbage(), self._collected)

    def _locks_checked(self, checks: tuple[LockCheck, ...]) -> None:
        self.locks_checked.emit(checks)

    def _collected(self, collection: Collection) -> None:
        self.collected.emit(collection)

    def _begin(
        self, action: QAction, request: Request[Result], tell: Callable[[Result], None]
    ) -> None:
        if self._link is None or action in self._busy:
            return
        self._busy.add(action)
        self.refresh()
        name = action.text().replace("&", "")
        self._tasks.start(self._run(self._link, action, request, tell), name)

    async def _run(
        self,
        link: Link,
        action: QAction,
        request: Request[Result],
        tell: Callable[[Result], None],
    ) -> None:
        try:
            result = await link.command(request)
        except GavatcoreError as error:
            self.failed.emit(str(error))
            return
        except Exception as error:
            name = action.text().replace("&", "")
            self.failed.emit(
                _("{action} did not work ({error}). The log has the details.").format(
                    action=name, error=type(error).__name__
                )
            )
            raise
        finally:
            self._busy.discard(action)
            self.refresh()
        tell(result)


def _reason_against(snapshot: Snapshot | None) -> str | None:
    if snapshot is None or snapshot.phase is EnginePhase.STARTING:
        return _("Available once the engine is up.")
    if snapshot.phase is not EnginePhase.RUNNING:
        return _("The engine is not running.")
    return None

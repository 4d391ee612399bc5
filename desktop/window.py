"""The one window: head, banners and pages; draws only while somebody can see it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QIcon,
    QKeySequence,
    QPaintEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.actions import Actions
from desktop.close_look import CloseLook
from desktop.dialogs.locks import LocksDialog
from desktop.dialogs.quit_question import ask_to_quit
from desktop.link import Link
from desktop.look.colours import style_sheet
from desktop.look.theme import Theme
from desktop.pages.page import PageContext
from desktop.pages.registry import PAGES
from desktop.pages.stack import PageStack
from desktop.shell.fitting import fit_to_screen, stay_on_screen
from desktop.shell.notice import Notice
from desktop.widgets.alert_stack import AlertStack
from desktop.widgets.emergency_banner import EmergencyBanner
from desktop.widgets.header import Header
from desktop.widgets.language_button import LanguageButton
from desktop.widgets.notice_banner import NoticeBanner
from desktop.widgets.page_choice import PageChoice
from desktop.widgets.start_failure import StartFailure
from desktop.widgets.type_scale import GAP, MARGIN
from engine.bus import Unsubscribe
from engine.language import _
from engine.snapshot import PhaseChanged, Ticked
from engine.telegram.sessions.lock_check import LockCheck
from engine.watch.alert import AlertCleared, AlertRaised, Severity
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyChanged
from engine.wording.collections import collection_sentence

_SIZE, _LEAST = QSize(1000, 700), QSize(800, 480)
_ICON = Path(__file__).parent.parent / "resources" / "icons" / "gavatcore-256.png"


class Window(QWidget):
    """Closing hides it if a tray can bring it back, and otherwise asks to quit."""

    painted = Signal()  # once, after the first paint
    charts_painted = Signal()  # once, after the charts were painted
    hidden_to_tray = Signal()  # the person closed it, and the program continues
    shown_changed = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        *,
        tray_available: Callable[[], bool],
        no_bots_hint: str,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._actions = actions
        self._tray_available = tray_available
        self._link: Link | None = None
        self._leave: list[Unsubscribe] = []
        self._look = CloseLook()
        self._painted = False
        self._furnished = False
        self._waiting: list[asyncio.Future[None]] = []
        self._locks: LocksDialog | None = None
        self._unseen_checks: tuple[LockCheck, ...] | None = None
        self.setWindowTitle("Gavatcore")
        self.setWindowIcon(QIcon(str(_ICON)))
        self.header = Header(theme, actions)
        self.failure = StartFailure(theme, actions)
        self.emergency = EmergencyBanner(theme, actions.emergency)
        self.alerts = AlertStack(theme)
        self.notice = NoticeBanner(theme)
        self.pages = PageStack(PageContext(theme, no_bots_hint, actions.bots))
        self.choice = PageChoice([_(page.title) for page in PAGES])
        self.choice.changed.connect(self._turn_to)
        self._lay_out()
        fit_to_screen(self, _SIZE, _LEAST)
        # No command has the focus at first: a stray Space must not turn emergency mode on.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()
        self._shape()
        theme.changed.connect(self._shape)
        self.addAction(actions.quit)
        hide = QShortcut(QKeySequence("Ctrl+W"), self)
        hide.activated.connect(self.close)
        actions.locks_checked.connect(self.show_locks)
        actions.collected.connect(self.show_collection)
        actions.failed.connect(self.show_failure)
        actions.bots.failed.connect(self.show_failure)
        actions.bots.done.connect(self.show_done)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, 0, MARGIN)  # the page's scroll bar is on the right
        column.setSpacing(GAP)
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, MARGIN, 0)
        head.setSpacing(GAP)
        second = QHBoxLayout()
        second.addWidget(self.choice, 1)
        second.addWidget(LanguageButton(self._actions.languages))
        head.addWidget(self.header)
        head.addLayout(second)
        for part in (self.failure, self.emergency, self.alerts, self.notice):
            head.addWidget(part)
        column.addLayout(head)
        column.addWidget(self.pages, 1)

    def attach(self, link: Link) -> None:
        """Show this engine from now on."""
        self.show_start(None)
        self._link = link
        self.pages.attach(link)
        self._look.attach(link)
        for kind in (Ticked, PhaseChanged, EmergencyChanged, AlertRaised, AlertCleared):
            self._leave.append(link.subscribe(kind, self._happened))
        self.refresh()

    def replace(self, old: "Window") -> None:
        """Replace a window, e.g. one in another language; that one is then closed."""
        for leave in old._leave:
            leave()
        shown = old.isVisible()
        old.hide()
        old._look.close()
        self.setGeometry(old.geometry())
        self.setWindowState(old.windowState())
        for button, before in zip(self.choice.buttons, old.choice.buttons, strict=True):
            button.setChecked(before.isChecked())
        old.deleteLater()
        if shown:
            self.show()

    @property
    def locks_dialog(self) -> LocksDialog | None:
        """The results of the last check of the locks, if they were shown."""
        return self._locks

    async def drawn(self) -> None:
        """Wait until the window is on the screen with the present state and its charts."""
        self.refresh()
        drawn = asyncio.get_running_loop().create_future()
        self._waiting.append(drawn)
        self.update()
        await drawn

    def is_seen(self) -> bool:
        """Return True if the window is neither hidden nor minimised."""
        return self.isVisible() and not self.isMinimized()

    def bring_forward(self) -> None:
        """Show the window on top of the others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def toggle(self) -> None:
        """Hide the window if it is in front, else bring it there."""
        if self.is_seen() and self.isActiveWindow():
            self.hide()
        else:
            self.bring_forward()

    def refresh(self) -> None:
        """Show the present state; does nothing while the window is not visible."""
        seen = self.is_seen()
        self._look.keep(is_open=seen)
        if self._link is None or not seen:
            return
        snapshot = self._link.snapshot()
        self.header.show_snapshot(snapshot)
        self.emergency.show_emergency(snapshot.emergency, snapshot.at)
        self.alerts.show_alerts(snapshot.alerts, snapshot.at)
        self.pages.show_snapshot(snapshot)

    def show_notice(self, notice: Notice) -> None:
        """Show a message until it is dismissed or the next one comes."""
        self.notice.show_notice(notice)

    def show_start(self, failure: str | None) -> None:
        """Show that the engine is starting, or why it did not start."""
        self.header.show_snapshot(None, failed=failure is not None)
        self.pages.show_start(failed=failure is not None)
        self.failure.show_failure(failure)

    def show_locks(self, checks: tuple[LockCheck, ...]) -> None:
        """Show each session's result in a dialog; while hidden, keep it for later."""
        if not self.is_seen():
            self._unseen_checks = checks
            return
        self._unseen_checks = None
        if self._locks is None:
            self._locks = LocksDialog(self._theme, self)
        self._locks.show_checks(checks)

    def show_collection(self, collection: Collection) -> None:
        """Show the result of a garbage collection."""
        self.show_notice(Notice(_("Garbage collected"), collection_sentence(collection)))

    def show_done(self, sentence: str) -> None:
        """Show what a command has done."""
        self.show_notice(Notice("", sentence))

    def show_failure(self, sentence: str) -> None:
        """Show why a command failed."""
        self.show_notice(Notice(_("That did not work"), sentence, Severity.WARNING))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        stay_on_screen(self, _LEAST)
        self.refresh()
        if self._unseen_checks is not None:
            self.show_locks(self._unseen_checks)
        self.shown_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self.refresh()
        self.shown_changed.emit(False)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange:
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if not self._painted or self._waiting:
            QTimer.singleShot(0, self._paint_done)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()
        if self._tray_available():
            self.hide()
            self.hidden_to_tray.emit()
        elif (bots := self._link.snapshot().fleet.total if self._link else 0) > 0:
            ask_to_quit(self, bots, self._actions.quit_wanted.emit)
        else:
            self._actions.quit_wanted.emit()

    def _paint_done(self) -> None:
        if not self._painted:
            self._painted = True
            self.painted.emit()
            QTimer.singleShot(0, self._furnish)
        elif self._furnished:
            waiting, self._waiting = self._waiting, []
            for drawn in waiting:
                if not drawn.done():
                    drawn.set_result(None)

    def _furnish(self) -> None:
        self.pages.furnish()
        self._furnished = True
        self.repaint()
        self.charts_painted.emit()

    def _happened(self, _event: object) -> None:
        self.refresh()

    def _turn_to(self, page: int) -> None:
        self.pages.turn_to(page)
        self.refresh()

    def _shape(self) -> None:
        self.setStyleSheet(style_sheet(self._theme.colours))

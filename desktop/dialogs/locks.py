"""Shows the result of each session's check; those that need a person come first."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.look.plain_tip import plain_tip
from desktop.look.state_icon import state_icon
from desktop.look.theme import Theme
from desktop.shell.fitting import fit_to_screen
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, MARGIN, strong_font
from engine.language import _
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.wording.formatting import shorten
from engine.wording.locks import lock_outcome_word, lock_summary
from engine.wording.states import State

_ORDER = (
    LockOutcome.DAMAGED,
    LockOutcome.SET_ASIDE,
    LockOutcome.FAILED,
    LockOutcome.HELD,
    LockOutcome.RECOVERED,
    LockOutcome.SOUND,
    LockOutcome.OWN,
)

_MARKS = {
    LockOutcome.DAMAGED: State.EMERGENCY,
    LockOutcome.SET_ASIDE: State.EMERGENCY,
    LockOutcome.FAILED: State.DEGRADED,
    LockOutcome.HELD: State.DEGRADED,
}


class LocksDialog(QDialog):
    """Shows the results without blocking the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Session locks"))
        self._summary = Text(theme, strong_font())
        self._summary.setWordWrap(True)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([_("Session"), _("Outcome"), _("Detail")])
        self.table.setAccessibleName(_("Outcome of each session's check"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(_("&Close"))
        close.setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addWidget(self._summary)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        fit_to_screen(self, QSize(640, 360))

    def show_checks(self, checks: tuple[LockCheck, ...]) -> None:
        """Fill the table, and show the dialog in front."""
        self._summary.say(lock_summary(checks))
        ordered = sorted(checks, key=lambda check: (_ORDER.index(check.outcome), check.session))
        self.table.setRowCount(len(ordered))
        for row, check in enumerate(ordered):
            detail = shorten(check.detail) if check.detail else ""
            for column, text in enumerate(
                (check.session, lock_outcome_word(check.outcome), detail)
            ):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(check.detail or text))
                if column == 1:
                    item.setIcon(state_icon(_MARKS.get(check.outcome, State.NORMAL)))
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(checks))
        self.show()
        self.raise_()
        self.activateWindow()

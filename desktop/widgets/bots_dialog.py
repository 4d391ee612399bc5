"""Every bot with its state and what may be done about it; what needs a person stands first."""

from PySide6.QtCore import Qt
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

from desktop.bot_wording import bot_advice, bot_reason, bots_summary, by_urgency
from desktop.state import State
from desktop.state_icon import state_icon
from desktop.theme import Theme
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, MARGIN, strong_font
from engine.bots.cause import Cause
from engine.bots.state import BotState
from engine.language import _

_MARKS = {
    Cause.REVOKED: State.EMERGENCY,
    Cause.RIVAL: State.EMERGENCY,
    Cause.FAULT: State.DEGRADED,
    Cause.DEAF: State.DEGRADED,
    Cause.TELEGRAM: State.DEGRADED,
    Cause.FLOOD_WAIT: State.DEGRADED,
    Cause.NO_RIGHTS: State.DEGRADED,
    Cause.ASLEEP: State.STARTING,
    Cause.STARTING: State.STARTING,
    Cause.PAUSED: State.STOPPED,
    Cause.STOPPED: State.STOPPED,
}

Row = tuple[str, str, str]


class BotsDialog(QDialog):
    """Never modal; follows what happens while it is open."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Bots"))
        self._rows: list[Row] = []
        self._summary = Text(theme, strong_font())
        self._summary.setWordWrap(True)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([_("Bot"), _("State"), _("What to do")])
        self.table.setAccessibleName(_("State of each bot"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows = self.table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(2 * self.fontMetrics().height() + GAP)  # advice takes two lines
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
        self.resize(900, 460)

    def show_bots(self, bots: tuple[BotState, ...], now: float) -> None:
        """Bring the table up to date; untouched where nothing changed."""
        self._summary.say(bots_summary(bots))
        ordered = by_urgency(bots)
        self.table.setRowCount(len(ordered))
        rows = [(bot.name, bot_reason(bot, now), bot_advice(bot)) for bot in ordered]
        for place, (bot, row) in enumerate(zip(ordered, rows, strict=True)):
            if place < len(self._rows) and self._rows[place] == row:
                continue
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(bot.problem or text if column == 1 else text)
                if column == 1:
                    item.setIcon(state_icon(_MARKS.get(bot.cause, State.NORMAL)))
                self.table.setItem(place, column, item)
        self._rows = rows

    def come_forward(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

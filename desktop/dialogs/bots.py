"""Lists every bot with its state and a remedy; those that need a person come first."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.bot_commands import BotCommands
from desktop.look.plain_tip import plain_tip
from desktop.look.state_icon import state_icon
from desktop.look.theme import Theme
from desktop.shell.fitting import fit_to_screen
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, MARGIN, body_font, strong_font
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotState
from engine.language import _
from engine.wording.bots import bot_advice, bot_reason, bots_summary, by_urgency
from engine.wording.states import State

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
    """Lists the bots without blocking the window; follows changes, and can pause selected bots."""

    def __init__(self, theme: Theme, commands: BotCommands, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = commands
        self._bots: dict[str, BotState] = {}
        self.setWindowTitle(_("Bots"))
        self._rows: list[Row] = []
        self._summary = Text(theme, strong_font())
        self._summary.setWordWrap(True)
        self.table = _new_table()
        self.table.itemSelectionChanged.connect(self._enable)
        self.pause = QPushButton(_("&Pause"))
        self.resume = QPushButton(_("&Resume"))
        self.pause.clicked.connect(lambda: commands.pause(self._chosen(_can_pause)))
        self.resume.clicked.connect(lambda: commands.resume(self._chosen(_can_resume)))
        self.outcome = Text(theme, body_font())
        self.outcome.setWordWrap(True)
        self.outcome.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        commands.done.connect(self.outcome.say)
        commands.failed.connect(self.outcome.say)
        commands.changed.connect(self._enable)
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
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in (self.pause, self.resume):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(self.outcome, 1)
        row.addWidget(buttons)
        column.addLayout(row)
        fit_to_screen(self, QSize(900, 460))
        self._enable()

    def show_bots(self, bots: tuple[BotState, ...], now: float) -> None:
        """Update the table; unchanged rows stay untouched."""
        self._summary.say(bots_summary(bots))
        ordered = by_urgency(bots)
        self._bots = {bot.name: bot for bot in bots}
        moved = [bot.name for bot in ordered] != [row[0] for row in self._rows]
        selected = set(self._selected())
        self.table.setRowCount(len(ordered))
        rows = [(bot.name, bot_reason(bot, now), bot_advice(bot)) for bot in ordered]
        for place, (bot, row) in enumerate(zip(ordered, rows, strict=True)):
            if place < len(self._rows) and self._rows[place] == row:
                continue
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(bot.problem or text if column == 1 else text))
                if column == 1:
                    item.setIcon(state_icon(_MARKS.get(bot.cause, State.NORMAL)))
                self.table.setItem(place, column, item)
        self._rows = rows
        if moved and selected:
            self._select(selected)
        self._enable()

    def come_forward(self) -> None:
        """Show the dialog in front of the others."""
        self.show()
        self.raise_()
        self.activateWindow()

    def _selected(self) -> list[str]:
        places = sorted({index.row() for index in self.table.selectedIndexes()})
        return [self._rows[place][0] for place in places if place < len(self._rows)]

    def _select(self, names: set[str]) -> None:
        """Select these bots, wherever their rows are now."""
        selection = QItemSelection()
        model, last = self.table.model(), self.table.columnCount() - 1
        for place, row in enumerate(self._rows):
            if row[0] in names:
                selection.select(model.index(place, 0), model.index(place, last))
        self.table.selectionModel().select(
            selection, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def _chosen(self, fits: Callable[[BotState], bool]) -> list[str]:
        return [name for name in self._selected() if fits(self._bots[name])]

    def _enable(self) -> None:
        """Enable the commands that work with the selection; say on the others why they cannot."""
        ready = self._commands.is_ready
        for button, fits, purpose, nothing in (
            (
                self.pause,
                _can_pause,
                _("Take the selected bots offline until they are resumed"),
                _("Select bots that are not paused."),
            ),
            (
                self.resume,
                _can_resume,
                _("Let the selected bots log in again"),
                _("Select bots that are paused, or that Telegram refused."),
            ),
        ):
            chosen = bool(self._chosen(fits))
            button.setEnabled(ready and chosen)
            tip = purpose if chosen else f"{purpose}\n{nothing}"
            if button.toolTip() != tip:
                button.setToolTip(tip)


def _can_pause(bot: BotState) -> bool:
    return bot.cause is not Cause.PAUSED


def _can_resume(bot: BotState) -> bool:
    return bot.cause in {Cause.PAUSED, Cause.REVOKED}


def _new_table() -> QTableWidget:
    table = QTableWidget(0, 3)
    table.setHorizontalHeaderLabels([_("Bot"), _("State"), _("What to do")])
    table.setAccessibleName(_("State of each bot"))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(2 * table.fontMetrics().height() + GAP)  # advice takes two lines
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return table

"""Shows the state of the fleet in one card: all well, or which bots are silent and why."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.bot_commands import BotCommands
from desktop.dialogs.bots import BotsDialog
from desktop.look.plain_tip import plain_tip
from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, strong_font
from engine.bots.connection.state import BotState
from engine.language import _, ngettext, number
from engine.snapshot import EnginePhase, Snapshot
from engine.wording.bots import silent_sentences
from engine.wording.states import fleet_sentence

_SHOWN = 2


class BotsStrip(Card):
    """Names the most urgent bots and counts the rest; a button opens the list of all."""

    def __init__(
        self,
        theme: Theme,
        no_bots_hint: str,
        commands: BotCommands,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._commands = commands
        self._no_bots_hint = no_bots_hint
        self._summary = Text(theme, strong_font())
        self._detail = Text(theme, body_font(), "quiet")
        self.dialog: BotsDialog | None = None
        self._bots: tuple[BotState, ...] = ()
        self._at = 0.0
        self.all_bots = QPushButton(_("All bots…"))
        self.all_bots.setToolTip(_("The state of every bot, and what to do about it"))
        self.all_bots.clicked.connect(self.open_dialog)
        self.all_bots.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP, 12, GAP)
        row.setSpacing(GAP)
        column = QVBoxLayout()
        column.setSpacing(2)
        row.addLayout(column, 1)
        row.addWidget(self.all_bots, 0, Qt.AlignmentFlag.AlignVCenter)
        for text in (self._summary, self._detail):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        self.show_start(failed=False)

    def show_start(self, *, failed: bool) -> None:
        """Show that the engine is starting, or did not start."""
        waiting = _("Waiting for the engine.")
        self._say(_("No bot runs.") if failed else waiting, "", "")

    def show_bots(self, snapshot: Snapshot) -> None:
        """Show the bots of `snapshot`."""
        fleet, now = snapshot.fleet, snapshot.at
        if fleet.total == 0:
            if snapshot.phase is not EnginePhase.STARTING:
                self._say(_("No bots yet"), self._no_bots_hint, "")
            return
        sentences = silent_sentences(snapshot.bots, now)
        said = [sentence for sentence, _bots in sentences]
        shown = said[:_SHOWN]
        if hidden := sum(bots for _sentence, bots in sentences[_SHOWN:]):
            more = ngettext("and {count} more", "and {count} more", hidden)
            shown.append(more.format(count=number(hidden)))
        summary = fleet_sentence(fleet.online, fleet.total)
        self._say(summary, " · ".join(shown), "\n".join(said))
        self._bots, self._at = snapshot.bots, now
        self.all_bots.show()
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.show_bots(snapshot.bots, now)

    def open_dialog(self) -> None:
        """Open the list of all bots."""
        if self.dialog is None:
            self.dialog = BotsDialog(self.theme, self._commands, self.window())
        self.dialog.show_bots(self._bots, self._at)
        self.dialog.come_forward()

    def _say(self, summary: str, detail: str, everything: str) -> None:
        self._summary.say(summary)
        self._detail.say(detail)
        if self._detail.isHidden() == bool(detail):
            self._detail.setVisible(bool(detail))
        name = f"{summary} {everything or detail}".strip()
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(plain_tip(everything))

"""One card that says how the fleet is: all well, or which bots are silent and why."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, strong_font
from desktop.wording import bot_sentence, fleet_sentence
from engine.bots.state import BotPhase
from engine.language import _, ngettext
from engine.snapshot import EnginePhase, Snapshot

_NAMED = 2

# What a person must mend comes first.
_URGENCY = (
    BotPhase.REFUSED,
    BotPhase.RETRYING,
    BotPhase.STOPPED,
    BotPhase.CONNECTING,
    BotPhase.WAITING,
    BotPhase.ONLINE,  # and told to be silent
)


class BotsStrip(Card):
    """Names the two bots most in need and counts the rest; all are in the tooltip."""

    def __init__(self, theme: Theme, no_bots_hint: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._no_bots_hint = no_bots_hint
        self._summary = Text(theme, strong_font())
        self._detail = Text(theme, body_font(), "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP, 12, GAP)
        column.setSpacing(2)
        for text in (self._summary, self._detail):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        self._say(_("Waiting for the engine."), "", "")

    def show_bots(self, snapshot: Snapshot) -> None:
        fleet, now = snapshot.fleet, snapshot.at
        if fleet.total == 0:
            if snapshot.phase is not EnginePhase.STARTING:
                self._say(_("No bots yet"), self._no_bots_hint, "")
            return
        silent = sorted(
            (
                bot
                for bot in snapshot.bots
                if bot.phase is not BotPhase.ONLINE or bot.flood_until is not None
            ),
            key=lambda bot: (_URGENCY.index(bot.phase), bot.name),
        )
        sentences = [bot_sentence(bot, now) for bot in silent]
        shown, hidden = sentences[:_NAMED], sentences[_NAMED:]
        if hidden:
            more = ngettext("and {count} more", "and {count} more", len(hidden))
            shown.append(more.format(count=len(hidden)))
        summary = fleet_sentence(fleet.online, fleet.total)
        self._say(summary, " · ".join(shown), "\n".join(sentences))

    def _say(self, summary: str, detail: str, everything: str) -> None:
        self._summary.say(summary)
        self._detail.say(detail)
        if self._detail.isHidden() == bool(detail):
            self._detail.setVisible(bool(detail))
        name = f"{summary} {everything or detail}".strip()
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(everything)

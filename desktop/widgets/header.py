"""Shows the window's head: the state on the left, the three commands on the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.actions import Actions
from desktop.look.state import state_of
from desktop.look.theme import Theme
from desktop.widgets.action_button import ActionButton
from desktop.widgets.state_mark import StateMark
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, title_font
from engine.language import _
from engine.snapshot import Snapshot
from engine.wording.states import state_reason, state_word


class Header(QWidget):
    """Visible on every page."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = StateMark(theme, 32)
        self._word = Text(theme, title_font())
        self._reason = Text(theme, body_font(), "quiet")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._word)
        words.addWidget(self._reason)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(4)
        row.addLayout(words)
        row.addStretch(1)
        self.buttons = tuple(
            ActionButton(action)
            for action in (actions.emergency, actions.clean_locks, actions.collect)
        )
        self.buttons[0].setObjectName("emergency")
        for button in self.buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_snapshot(None)

    @property
    def text(self) -> str:
        """The state as a screen reader reads it."""
        return self.accessibleName()

    def show_snapshot(self, snapshot: Snapshot | None, *, failed: bool = False) -> None:
        """Show the state; without a snapshot the engine is starting, unless that failed."""
        state = state_of(snapshot, failed=failed)
        word = state_word(state)
        reason = state_reason(state, len(snapshot.alerts) if snapshot else 0)
        self._mark.set_state(state)
        self._word.say(word)
        self._reason.say(reason)
        name = _("State: {state}. {reason}").format(state=word, reason=reason)
        if name != self.accessibleName():
            self.setAccessibleName(name)

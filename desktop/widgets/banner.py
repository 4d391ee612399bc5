"""Shows one message in a full-width band of a state's colour, with a button or two."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.state_mark import StateMark, state_colour
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, strong_font
from engine.wording.states import State


class Banner(Card):
    """Hidden until it has something to say."""

    def __init__(
        self,
        theme: Theme,
        state: State,
        *buttons: QPushButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent)
        self._state = state
        self._title = Text(theme, strong_font())
        self._body = Text(theme, body_font())
        for text in (self._title, self._body):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._mark = StateMark(theme, 20)
        self._mark.set_state(state)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._body)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, GAP, 12, GAP)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def say(self, title: str, body: str = "", state: State | None = None) -> None:
        """Show these texts; `state` determines colour and shape."""
        if state is not None and state is not self._state:
            self._state = state
            self._mark.set_state(state)
            self.update()
        self._title.say(title)
        self._title.setVisible(bool(title))
        self._body.say(body)
        self._body.setVisible(bool(body))
        name = f"{title} {body}".strip()
        if name != self.accessibleName():
            self.setAccessibleName(name)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self.theme.colours
        ground = {
            State.DEGRADED: colours.degraded_ground,
            State.FAILED: colours.emergency_ground,
            State.EMERGENCY: colours.emergency_ground,
        }.get(self._state, colours.accent_ground)
        edge = state_colour(colours, self._state)
        if self._state not in {State.DEGRADED, State.FAILED, State.EMERGENCY}:
            edge = colours.border
        painter = QPainter(self)
        self.paint_ground(painter, ground, edge)
        painter.end()

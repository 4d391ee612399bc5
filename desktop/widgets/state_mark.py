"""Draws the state's shape and colour, as the tray does, inside the window."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look.colours import Colours
from desktop.look.state_icon import paint_state
from desktop.look.theme import Theme
from engine.wording.states import State


class StateMark(QWidget):
    """A square that draws one state."""

    def __init__(self, theme: Theme, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = size
        self._state = State.STARTING
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_state(self, state: State) -> None:
        """Draw this state from now on."""
        if state is not self._state:
            self._state = state
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        colour = QColor(state_colour(self._theme.colours, self._state))
        paint_state(painter, QRectF(self.rect()), self._state, colour)
        painter.end()


def state_colour(colours: Colours, state: State) -> str:
    """Return the colour of a state on the window's background."""
    return {
        State.STARTING: colours.idle,
        State.STOPPED: colours.idle,
        State.FAILED: colours.emergency,
        State.NORMAL: colours.normal,
        State.DEGRADED: colours.degraded,
        State.EMERGENCY: colours.emergency,
    }[state]

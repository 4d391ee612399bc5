"""Shows a card with a title, rows of figures, and a sentence if there is something to say."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.figure_rows import Figure, FigureRows
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, strong_font


class FiguresCard(Card):
    """Shows rows and a sentence; without rows, the sentence says what is missing and what to do."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        heading = Text(theme, strong_font())
        heading.say(title)
        self.rows = FigureRows(theme)
        self._note = Text(theme, body_font(), "quiet")
        self._note.setWordWrap(True)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(GAP)
        for part in (heading, self.rows, self._note):
            column.addWidget(part)
        column.addStretch(1)

    def show_figures(self, rows: Sequence[Figure], note: str = "") -> None:
        """Show these rows and this sentence."""
        self.rows.show_rows(rows)
        self.rows.setVisible(bool(rows))
        self._note.say(note)
        self._note.setVisible(bool(note))

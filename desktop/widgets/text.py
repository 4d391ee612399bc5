"""Provides a label in a theme colour that redraws only when its text changes."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from desktop.look.theme import Theme

Ink = Literal["text", "quiet", "accent", "normal", "degraded", "emergency"]


class Text(QLabel):
    """Plain text: words of bots and the network are never read as markup."""

    def __init__(
        self, theme: Theme, font: QFont, ink: Ink = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ink: Ink = ink
        self.setFont(font)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._dye()
        theme.changed.connect(self._dye)

    def say(self, text: str) -> None:
        """Show this text, if it is another one."""
        if text != self.text():
            self.setText(text)

    def _dye(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(
            QPalette.ColorRole.WindowText, QColor(getattr(self._theme.colours, self._ink))
        )
        self.setPalette(palette)

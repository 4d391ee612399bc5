"""Lays out a page: as wide as the window's head, scrolling if the window is too low."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.type_scale import GAP, MARGIN


class Page(QScrollArea):
    """A column of parts; the scroll bar lies in the margin on its right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setViewportMargins(0, 0, MARGIN, 0)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        ground = QWidget()
        self.column = QVBoxLayout(ground)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)
        self.setWidget(ground)

    def _make_room(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if most else 0
        self.setViewportMargins(0, 0, MARGIN - bar, 0)

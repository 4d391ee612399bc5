"""Offers one button a page, of which one is pressed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from engine.language import _


class PageChoice(QWidget):
    """Arrow keys move between the buttons; pages count from 0."""

    changed = Signal(int)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Pages"))
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for place, name in enumerate(names):
            button = QPushButton(name)
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setAutoDefault(False)
            self._group.addButton(button, place)
            row.addWidget(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons, in the order of the pages."""
        return tuple(self.findChildren(QPushButton))

    def _toggled(self, place: int, down: bool) -> None:
        if down:
            self.changed.emit(place)

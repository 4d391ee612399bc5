"""Presents a QAction as a push button, with the action's text, state, tooltip and effect."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget


class ActionButton(QPushButton):
    """Follows the action it was made for."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setCheckable(action.isCheckable())
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        action = self._action
        if self.text() != action.text():
            self.setText(action.text())
        self.setEnabled(action.isEnabled())
        self.setChecked(action.isChecked())
        if self.toolTip() != action.toolTip():
            self.setToolTip(action.toolTip())
            self.setAccessibleDescription(action.toolTip())

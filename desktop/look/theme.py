"""Applies light or dark colours: follows the system while it runs, or stays as chosen."""

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop.look.colours import DARK, LIGHT, Colours, qt_palette

Choice = Literal["system", "light", "dark"]


class Theme(QObject):
    """Holds the present colours, and signals when they change."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice) -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        self._preferred: Choice = "system"
        self.colours: Colours = LIGHT
        app.setStyle("Fusion")
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @classmethod
    def install(cls, app: QApplication, choice: Choice = "system") -> "Theme":
        """Apply a theme to `app`, and return it; it lives as long as the application."""
        return cls(app, choice)

    @property
    def is_dark(self) -> bool:
        """True for dark colours."""
        return self.colours is DARK

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light or dark."""
        self._choice = choice
        self._apply()

    def prefer(self, preferred: Choice) -> None:
        """Note the desktop environment's preference, which counts while Qt knows none."""
        self._preferred = preferred
        self._apply()

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        colours = DARK if self._wants_dark() else LIGHT
        self._app.setPalette(qt_palette(colours))
        if colours is not self.colours:
            self.colours = colours
            self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._choice != "system":
            return self._choice == "dark"
        scheme = self._app.styleHints().colorScheme()
        if scheme is Qt.ColorScheme.Unknown:
            return self._preferred == "dark"
        return scheme is Qt.ColorScheme.Dark

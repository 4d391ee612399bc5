"""Defines the few font sizes, and the 8-pixel grid of all layouts."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

GAP = 8  # between parts that belong together
MARGIN = 16  # around groups
RADIUS = 8


def body_font() -> QFont:
    """Return the system's font."""
    return _scaled(1.0)


def strong_font() -> QFont:
    """Return the system's font, half bold."""
    return _scaled(1.0, QFont.Weight.DemiBold)


def caption_font() -> QFont:
    """Return the font of captions, 0.9 of the system's size."""
    return _scaled(0.9)


def title_font() -> QFont:
    """Return the font of titles, 1.35 of the system's size, half bold."""
    return _scaled(1.35, QFont.Weight.DemiBold)


def figure_font() -> QFont:
    """Return a large font with digits of one width, so that a changing figure stays in place."""
    return _scaled(1.9, QFont.Weight.DemiBold)


def _scaled(factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font

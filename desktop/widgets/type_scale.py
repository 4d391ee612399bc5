"""The few sizes of the system's font, and the 8-pixel grid everything stands on."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

GAP = 8  # between things that belong together
MARGIN = 16  # around groups
RADIUS = 8


def body_font() -> QFont:
    return _scaled(1.0)


def strong_font() -> QFont:
    return _scaled(1.0, QFont.Weight.DemiBold)


def caption_font() -> QFont:
    return _scaled(0.9)


def title_font() -> QFont:
    return _scaled(1.35, QFont.Weight.DemiBold)


def figure_font() -> QFont:
    """Large, with digits of one width, so that a changing figure does not dance."""
    return _scaled(1.9, QFont.Weight.DemiBold)


def _scaled(factor: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font

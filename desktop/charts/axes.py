"""Draws the labels around a plot: values on the left and right, times below.

They repaint only where a label changed.
"""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.look.theme import Theme
from desktop.widgets.type_scale import caption_font

LEFT, RIGHT, TOP = 60, 96, 8
_GAP = 6  # between a label and the plot

Ticks = list[tuple[float, str]]

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Axes(QWidget):
    """Shows ticks as (position, label); a position is 0 to 1 from the bottom or the left."""

    def __init__(self, theme: Theme, plot: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot = plot
        self._left: Ticks = []
        self._right: Ticks = []
        self._times: Ticks = []
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing below it needs painting
        self.setFont(caption_font())
        self._line = QFontMetrics(self.font()).height()
        column = QVBoxLayout(self)
        column.setContentsMargins(LEFT, TOP, RIGHT, self._line + 4)
        column.addWidget(plot)
        theme.changed.connect(self.update)

    def set_values(self, left: Ticks, right: Ticks) -> None:
        """Set the value labels on the left and right."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.update()

    def set_times(self, times: Ticks) -> None:
        """Set the time labels."""
        if times != self._times:
            self._times = times
            plot = self._plot.geometry()
            below = plot.bottom() + 1
            # The lower halves of the value labels hang into this strip, and stay as they are.
            self.update(plot.left() - _GAP, below, plot.width() + 2 * _GAP, self.height() - below)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        plot = self._plot.geometry()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.colours.surface))
        painter.setPen(QColor(self._theme.colours.quiet))
        if event.rect().top() <= plot.bottom():  # unless only the times changed
            self._paint_values(painter, plot)
        base = QColor(self._theme.colours.border)
        painter.fillRect(plot.left(), plot.bottom() + 1, plot.width(), 1, base)
        self._paint_times(painter, plot)
        painter.end()

    def _paint_times(self, painter: QPainter, plot: QRect) -> None:
        """Draw the times, except one that would stick out at either end."""
        for place, label in self._times:
            width = painter.fontMetrics().horizontalAdvance(label)
            left = plot.left() + round(place * plot.width()) - width // 2
            if plot.left() - _GAP <= left <= plot.right() + _GAP - width:
                box = QRect(left, plot.bottom() + 3, width, self._line)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | _MIDDLE, label)

    def _paint_values(self, painter: QPainter, plot: QRect) -> None:
        right = plot.right() + 1 + _GAP
        sides = (
            (self._left, 0, LEFT - _GAP, Qt.AlignmentFlag.AlignRight),
            (self._right, right, self.width() - right, Qt.AlignmentFlag.AlignLeft),
        )
        for ticks, x, width, side in sides:
            for place, label in ticks:
                y = plot.bottom() - round(place * (plot.height() - 1))
                height = self._line * (label.count("\n") + 1)
                painter.drawText(QRect(x, y - height // 2, width, height), side | _MIDDLE, label)

"""Draws one chart: the curves, the lines across, the threshold and the pointer's mark."""

from array import array
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.charts.axes import LEFT, RIGHT, Axes, Ticks
from desktop.charts.canvas import Canvas, Scale
from desktop.charts.trace import Ink
from desktop.look.theme import Theme


class Plot(QWidget):
    """Curves over time; x in seconds relative to the newest point, y in the axis's unit."""

    def __init__(
        self, theme: Theme, inks: Sequence[Ink], on_pointer: Callable[[float | None], None]
    ) -> None:
        super().__init__()
        self._field = Field(theme, inks, on_pointer)
        self._axes = Axes(theme, self._field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._axes)

    @staticmethod
    def columns_in(width: int) -> int:
        """Return the width of the curves in pixels in a plot of `width`."""
        return max(1, width - LEFT - RIGHT)

    @property
    def drawn(self) -> int:
        """How many curves got new points so far."""
        return self._field.drawn

    @property
    def columns_drawn(self) -> int:
        """How many columns of pixels were drawn so far, not merely shifted."""
        return self._field.canvas.columns_drawn

    def draw(
        self, newest: int, step: float, curves: Sequence["array[float]"], units: Sequence[float]
    ) -> None:
        """Set the curves' values, `step` seconds apart; the last is number `newest` of the epoch.

        `units` are the values that lie at the top. Call it after `set_time` and `set_values`.
        """
        self._field.draw(newest, step, curves, units)

    def set_time(self, span: float, ticks: Ticks) -> None:
        """Show the last `span` seconds; ticks are in seconds relative to the newest point."""
        self._field.span = span
        self._axes.set_times([(1 + at / span, label) for at, label in ticks])

    def set_values(self, ceiling: float, left: Ticks, right: Ticks) -> None:
        """Show 0 to `ceiling`, with these ticks, and a line across at each left one above 0."""
        self._field.lines = tuple(value / ceiling for value, _label in left if value)
        self._axes.set_values(
            [(value / ceiling, label) for value, label in left],
            [(value / ceiling, label) for value, label in right],
        )

    def set_limit(self, place: float | None) -> None:
        """Set the place of the dashed threshold, 0 to 1 from the bottom; None hides it."""
        self._field.limit = place

    def set_pointer(self, x: float | None) -> None:
        """Mark the time `x`; None hides the mark."""
        self._field.set_pointer(x)


class Field(QWidget):
    """The rectangle between the axes."""

    def __init__(
        self, theme: Theme, inks: Sequence[Ink], on_pointer: Callable[[float | None], None]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._inks = tuple(inks)
        self._on_pointer = on_pointer
        self._pointer: float | None = None
        self._given: tuple[int, float, tuple[array[float], ...], tuple[float, ...]] | None = None
        self.canvas = Canvas()
        self.span = 1.0
        self.lines: tuple[float, ...] = ()
        self.limit: float | None = None
        self.drawn = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def draw(
        self, newest: int, step: float, curves: Sequence["array[float]"], units: Sequence[float]
    ) -> None:
        self._given = newest, step, tuple(curves), tuple(units)
        self.drawn += len(curves)
        self.update()

    def set_pointer(self, x: float | None) -> None:
        if x != self._pointer:
            self._pointer = x
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        width, height = self.width(), self.height()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.surface))
        painter.setPen(QPen(QColor(colours.border), 0))
        for place in self.lines:
            self._line_across(painter, place)
        if self.limit is not None:
            painter.setPen(QPen(QColor(colours.degraded), 0, Qt.PenStyle.DashLine))
            self._line_across(painter, self.limit)
        if self._pointer is not None:
            painter.setPen(QPen(QColor(colours.quiet), 0))
            x = round((1 + self._pointer / self.span) * (width - 1))
            painter.drawLine(x, 0, x, height - 1)
        if self._given is not None:
            self._update_canvas(*self._given)
            painter.drawPixmap(self.rect(), self.canvas.pixmap, self.canvas.pixmap.rect())
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        x = event.position().x()
        self._on_pointer((x / max(1, self.width() - 1) - 1) * self.span)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().leaveEvent(event)
        self._on_pointer(None)

    def _update_canvas(
        self, newest: int, step: float, curves: tuple["array[float]", ...], units: tuple[float, ...]
    ) -> None:
        ratio = self.devicePixelRatio()
        scale = Scale(
            width=max(1, round(self.width() * ratio)),
            height=max(1, round(self.height() * ratio)),
            step=step,
            span=self.span,
            units=units,
            colours=tuple(str(getattr(self._theme.colours, ink)) for ink in self._inks),
        )
        self.canvas.show(scale, newest, curves)

    def _line_across(self, painter: QPainter, place: float) -> None:
        y = self.height() - 1 - round(place * (self.height() - 1))
        painter.drawLine(0, y, self.width() - 1, y)

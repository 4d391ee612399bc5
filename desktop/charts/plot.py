"""Draws one chart: the curves, the grid lines, the threshold and the pointer's mark.

Import it late: pyqtgraph and numpy take a tenth of a second.
"""

from array import array
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.charts.axes import LEFT, RIGHT, Axes, Ticks
from desktop.charts.field import Field
from desktop.charts.trace import Ink
from desktop.look.theme import Theme


class Plot(QWidget):
    """Curves over time; x in seconds relative to the newest point, y in the axis's unit."""

    def __init__(
        self, theme: Theme, inks: Sequence[Ink], on_pointer: Callable[[float | None], None]
    ) -> None:
        super().__init__()
        self._span = 1.0
        self._on_pointer = on_pointer
        self._field = Field(theme, inks, self._point)
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
        """The number of curves that got new points so far."""
        return self._field.curves.drawn

    @property
    def columns_drawn(self) -> int:
        """The number of pixel columns that were drawn so far, not merely shifted."""
        return self._field.curves.canvas.columns_drawn

    def draw(
        self, newest: int, step: float, curves: Sequence["array[float]"], units: Sequence[float]
    ) -> None:
        """Set the curves' values, `step` seconds apart; the last is number `newest` of the epoch.

        `units` are the values that lie at the top. Call it after `set_time` and `set_values`.
        """
        self._field.curves.draw(newest, step, self._span, curves, units)

    def set_time(self, span: float, ticks: Ticks) -> None:
        """Show the last `span` seconds; ticks are in seconds relative to the newest point."""
        self._span = span
        self._axes.set_times([(1 + at / span, label) for at, label in ticks])

    def set_values(self, ceiling: float, left: Ticks, right: Ticks) -> None:
        """Show 0 to `ceiling`, with these ticks, and a line across at each left one above 0."""
        self._field.set_grid([value / ceiling for value, _label in left if value])
        self._axes.set_values(
            [(value / ceiling, label) for value, label in left],
            [(value / ceiling, label) for value, label in right],
        )

    def set_limit(self, place: float | None) -> None:
        """Set the place of the dashed threshold, 0 to 1 from the bottom; None hides it."""
        self._field.set_limit(place)

    def set_pointer(self, x: float | None) -> None:
        """Mark the time `x`; None hides the mark."""
        self._field.set_pointer(None if x is None else 1 + x / self._span)

    def _point(self, place: float | None) -> None:
        self._on_pointer(None if place is None else (place - 1) * self._span)

"""Draws one chart with pyqtgraph, with fixed ranges and lines one pixel wide.

Import it late: pyqtgraph and numpy cost 0.1 s and 16 MB.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import (
    QGraphicsLineItem,
    QGraphicsPathItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.charts.axes import LEFT, RIGHT, Axes, Ticks
from desktop.charts.decimation import Floats
from desktop.charts.lean_pyqtgraph import GraphicsView, ViewBox, arrayToQPath
from desktop.charts.trace import Ink
from desktop.look.theme import Theme


class Plot(QWidget):
    """Shows curves over time; x in seconds relative to the newest point, y in the axis's unit."""

    def __init__(
        self, theme: Theme, inks: Sequence[Ink], on_pointer: Callable[[float | None], None]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._inks = tuple(inks)
        self._on_pointer = on_pointer
        self._ceiling = 0.0
        self._span = 1.0
        self.drawn = 0  # curves drawn so far
        self._view = GraphicsView()
        self._box = ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._calm()
        # These are Qt's own items: pyqtgraph's paint through Python and cost several times as much.
        self._grid = [QGraphicsLineItem() for _number in range(3)]
        self._limit = QGraphicsLineItem()
        self._pointer = QGraphicsLineItem()
        self._curves = [QGraphicsPathItem() for _ink in self._inks]
        self._pointer.hide()
        self._limit.hide()
        # the first curve lies on top
        for item in (*self._grid, self._limit, self._pointer, *reversed(self._curves)):
            self._box.addItem(item, ignoreBounds=True)
        self._axes = Axes(theme, self._view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._axes)
        self._view.scene().sigMouseMoved.connect(self._moved)
        self._view.viewport().installEventFilter(self)
        self._dye()
        theme.changed.connect(self._dye)

    @staticmethod
    def columns_in(width: int) -> int:
        """Return the width of the curves in pixels in a plot of `width`."""
        return max(1, width - LEFT - RIGHT)

    def draw(self, curve: int, x: Floats, y: Floats) -> None:
        """Set the points of one curve; without any, it draws nothing."""
        self.drawn += 1
        self._curves[curve].setPath(arrayToQPath(x, y, connect="finite"))

    def set_time(self, span: float, ticks: Ticks) -> None:
        """Show the last `span` seconds; ticks are in seconds relative to the newest point."""
        if span != self._span:
            self._span = span
            self._box.setXRange(-span, 0, padding=0)
            for line in (*self._grid, self._limit):
                y = line.line().y1()
                line.setLine(-span, y, 0, y)
        self._axes.set_times([(1 + at / span, label) for at, label in ticks])

    def set_values(self, ceiling: float, left: Ticks, right: Ticks) -> None:
        """Show 0 to `ceiling`, with these ticks, and a line across at each left one."""
        if ceiling != self._ceiling:
            self._ceiling = ceiling
            self._box.setYRange(0, ceiling, padding=0)
            for line, (value, _label) in zip(self._grid, left, strict=True):
                line.setLine(-self._span, value, 0, value)
        self._axes.set_values(
            [(value / ceiling, label) for value, label in left],
            [(value / ceiling, label) for value, label in right],
        )

    def set_limit(self, value: float | None) -> None:
        """Set the position of the dashed threshold; None hides it."""
        self._limit.setVisible(value is not None)
        if value is not None:
            self._limit.setLine(-self._span, value, 0, value)

    def set_pointer(self, x: float | None) -> None:
        """Mark the time `x`; None hides the mark."""
        self._pointer.setVisible(x is not None)
        if x is not None:
            self._pointer.setLine(x, 0, x, self._ceiling)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Leave:
            self._on_pointer(None)
        return False

    def _calm(self) -> None:
        """Disable everything that would move, scale or take the focus by itself."""
        self._view.setCentralItem(self._box)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._box.disableAutoRange()

    def _moved(self, position: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(position):
            self._on_pointer(None)
            return
        self._on_pointer(float(self._box.mapSceneToView(position).x()))

    def _dye(self) -> None:
        colours = self._theme.colours
        self._view.setBackground(colours.surface)
        for line in self._grid:
            line.setPen(_hairline(colours.border))
        self._limit.setPen(_hairline(colours.degraded, Qt.PenStyle.DashLine))
        self._pointer.setPen(_hairline(colours.quiet))
        for curve, ink in zip(self._curves, self._inks, strict=True):
            curve.setPen(_hairline(getattr(colours, ink)))


def _hairline(colour: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen one pixel wide at any scale."""
    return QPen(QColor(colour), 0, style)

"""Shows the rectangle between the axes: a view and a view box of pyqtgraph with Qt's items in it.

A place in it is 0 to 1, from the left or the bottom: the beginning of the first and the last pixel.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsLineItem, QSizePolicy

from desktop.charts.curves import Curves
from desktop.charts.lean_pyqtgraph import GraphicsView, ViewBox
from desktop.charts.trace import Ink
from desktop.look.theme import Theme

_MOST_LINES = 3  # across, below the curves


class Field(GraphicsView):  # type: ignore[misc] # pyqtgraph has no types
    """The curves, the grid lines, the threshold and the pointer's mark."""

    def __init__(
        self, theme: Theme, inks: Sequence[Ink], on_pointer: Callable[[float | None], None]
    ) -> None:
        super().__init__()
        self._theme = theme
        self._on_pointer = on_pointer
        self._box = ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._box.disableAutoRange()
        # Qt's own lines: pyqtgraph's paint through Python and cost several times as much.
        self._grid = [QGraphicsLineItem() for _ in range(_MOST_LINES)]
        self._limit = QGraphicsLineItem()
        self._pointer = QGraphicsLineItem()
        self.curves = Curves(theme, inks)
        for line in (*self._grid, self._limit, self._pointer):
            line.hide()
            self._box.addItem(line, ignoreBounds=True)
        self._box.addItem(self.curves, ignoreBounds=True)
        self._calm()
        self._dye()
        self._box.sigResized.connect(self._set_range)
        theme.changed.connect(self._dye)

    def set_grid(self, places: Sequence[float]) -> None:
        """Draw the grid lines at these places from the bottom."""
        for number, line in enumerate(self._grid):
            _lay_across(line, places[number] if number < len(places) else None)

    def set_limit(self, place: float | None) -> None:
        """Draw the dashed threshold at this place; None hides it."""
        _lay_across(self._limit, place)

    def set_pointer(self, place: float | None) -> None:
        """Mark this place from the left; None hides the mark."""
        self._pointer.setVisible(place is not None)
        if place is not None:
            self._pointer.setLine(place, 0, place, 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._on_pointer(self._box.mapSceneToView(event.position()).x())

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._on_pointer(None)

    def _calm(self) -> None:
        """Fill the view with the box; let nothing move, take the focus or be painted twice."""
        self.setCentralItem(self._box)
        self.setInteractive(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # the background is of one colour
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def _set_range(self) -> None:
        """Let place 0 be the beginning of the first pixel, and place 1 that of the last."""
        across, down = max(1, self.width() - 1), max(1, self.height() - 1)
        self._box.setRange(xRange=(0, 1 + 1 / across), yRange=(-1 / down, 1), padding=0)

    def _dye(self) -> None:
        colours = self._theme.colours
        self.setBackground(colours.surface)
        for line in self._grid:
            line.setPen(_hairline(colours.border))
        self._limit.setPen(_hairline(colours.degraded, Qt.PenStyle.DashLine))
        self._pointer.setPen(_hairline(colours.quiet))
        self.curves.update()


def _lay_across(line: QGraphicsLineItem, place: float | None) -> None:
    line.setVisible(place is not None)
    if place is not None:
        line.setLine(0, place, 1, place)


def _hairline(colour: str, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen one pixel wide at any scale."""
    return QPen(QColor(colour), 0, style)

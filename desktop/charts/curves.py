"""Paints the curves' picture as one item of a view box."""

from array import array
from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from desktop.charts.canvas import Canvas, Scale
from desktop.charts.trace import Ink
from desktop.look.theme import Theme

_PLACES = QRectF(0, 0, 1, 1)


class Curves(QGraphicsItem):
    """Brings the picture up to date when it is painted, so that nothing is drawn unseen."""

    def __init__(self, theme: Theme, inks: Sequence[Ink]) -> None:
        super().__init__()
        self._theme = theme
        self._inks = tuple(inks)
        self._given: tuple[int, float, float, tuple[array[float], ...], tuple[float, ...]] | None
        self._given = None
        self.canvas = Canvas()
        self.drawn = 0

    def draw(
        self,
        newest: int,
        step: float,
        span: float,
        curves: Sequence["array[float]"],
        units: Sequence[float],
    ) -> None:
        """Set the values of the last `span` seconds; the others are as in `Plot.draw`."""
        self._given = newest, step, span, tuple(curves), tuple(units)
        self.drawn += len(curves)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        return _PLACES

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what is new, and put the picture into the view."""
        if self._given is None or widget is None:
            return
        newest, step, span, curves, units = self._given
        ratio = widget.devicePixelRatio()
        scale = Scale(
            width=max(1, round(widget.width() * ratio)),
            height=max(1, round(widget.height() * ratio)),
            step=step,
            span=span,
            units=units,
            colours=tuple(str(getattr(self._theme.colours, ink)) for ink in self._inks),
        )
        self.canvas.show(scale, newest, curves)
        painter.resetTransform()  # from places to the viewport's pixels
        painter.drawPixmap(widget.rect(), self.canvas.pixmap, self.canvas.pixmap.rect())

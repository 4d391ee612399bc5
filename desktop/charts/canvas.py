"""Keeps the curves of one chart as pixels, which are shifted as time goes on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from desktop.charts.decimation import bucket_width, decimate
from desktop.charts.lean_pyqtgraph import arrayToQPath

_GRID = 16  # positions in a pixel where a value may lie
_MARGIN = 3.0  # pixels that are redrawn to the left of what has changed


@dataclass(frozen=True, slots=True)
class Scale:
    """The meaning of a pixel; whenever it changes, everything is redrawn."""

    width: int  # pixels, as are all lengths here
    height: int
    step: float  # seconds between two values
    span: float  # seconds from the left to the right
    units: tuple[float, ...]  # of each curve: the value at the top
    colours: tuple[str, ...]

    @property
    def sample(self) -> float:
        """Pixels between two values."""
        return self.width * self.step / self.span


class Canvas:
    """Holds the picture; columns count from the epoch, so that shifting it is exact."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self.columns_drawn = 0  # so far
        self._scale: Scale | None = None
        self._bucket = 0
        self._newest = 0  # the newest value drawn, counted from the epoch

    def show(self, scale: Scale, newest: int, curves: Sequence[Sequence[float]]) -> None:
        """Show `curves`, whose last values have number `newest`, counted from the epoch in steps.

        Nothing is drawn if they are shown already.
        """
        if (scale, newest) != (self._scale, self._newest):
            self._show(scale, newest, curves)

    def _show(self, scale: Scale, newest: int, curves: Sequence[Sequence[float]]) -> None:
        longest = max(map(len, curves))
        bucket = bucket_width(longest, scale.width)
        shift = _column(scale, newest) - _column(scale, self._newest)
        is_shifted = (scale, bucket) == (self._scale, self._bucket) and 0 <= shift < scale.width
        # The last bucket may have been incomplete, and the line to the new values begins in it.
        kept = self._newest - self._newest % bucket - math.ceil(_MARGIN / scale.sample)
        kept -= kept % bucket
        self._scale, self._bucket, self._newest = scale, bucket, newest
        if not is_shifted:
            self.pixmap = _transparent(scale.width, scale.height)
            self._draw_end(newest - longest + 1, 0, curves)
            return
        if shift:
            self.pixmap.scroll(-shift, 0, self.pixmap.rect())
        # The start of a line depends on the one before: begin further left than what is taken.
        self._draw_end(kept - 2 * bucket, max(0, math.ceil(self._x(kept)) + 1), curves)

    def _draw_end(self, first: int, left: int, curves: Sequence[Sequence[float]]) -> None:
        """Draw the curves from value number `first` on; take over the columns from `left` on."""
        scale = self._scale
        assert scale is not None  # noqa: S101 - set by `show`
        begin = min(left, math.floor(self._x(first)) - 1)
        layers = tuple(zip(curves, scale.units, scale.colours, strict=True))
        # An error may come of the paths, but not while a painter is at work: Qt would abort.
        paths = [(self._path(values, first, unit), colour) for values, unit, colour in layers]
        end = _transparent(scale.width - begin, scale.height)
        painter = QPainter(end)
        painter.translate(-begin, 0)
        for path, colour in reversed(paths):  # the first curve is on top
            painter.setPen(QPen(QColor(colour), 0))
            painter.drawPath(path)
        painter.end()
        painter = QPainter(self.pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawPixmap(left, 0, end, left - begin, 0, scale.width - left, scale.height)
        painter.end()
        self.columns_drawn += scale.width - left

    def _path(self, values: Sequence[float], first: int, unit: float) -> QPainterPath:
        """Return the curve from value number `first` on; `unit` is the value at the top."""
        scale = self._scale
        assert scale is not None  # noqa: S101 - set by `show`
        count = min(len(values), self._newest - first + 1)
        start = self._newest - count + 1
        low = scale.height - 1
        points = [
            (self._x(start + position), low - value / unit * low)
            for position, value in decimate(values[len(values) - count :], start, self._bucket)
        ]
        x, y = np.array(points).reshape(-1, 2).T
        path: QPainterPath = arrayToQPath(x, y, connect="finite")
        return path

    def _x(self, number: float) -> float:
        """Return the position of the value with this number, in pixels from the left.

        It lies on a grid that is shifted with the picture, so that no rounding differs later.
        """
        scale = self._scale
        assert scale is not None  # noqa: S101 - set by `show`
        place = round(number * scale.sample * _GRID) / _GRID
        return place - _column(scale, self._newest) + scale.width - 1


def _transparent(width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _column(scale: Scale, number: int) -> int:
    """Return the column of the value with this number, counted from the epoch."""
    return math.floor(number * scale.sample)

"""Lists names with figures, each with a bar if it is a share of a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look.theme import Theme
from desktop.widgets.text import Ink
from desktop.widgets.type_scale import body_font

_GAP = 16
_LEADING = 6
_BAR = 8
_LEAST_BAR = 48
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Figure:
    """One row; `share` is 0 to 1, or None without a bar."""

    name: str
    values: tuple[str, ...]
    share: float | None = None
    ink: Ink = "accent"


class FigureRows(QWidget):
    """Redraws rows only when one changed; columns grow but never shrink."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Figure, ...] = ()
        self._name_width = 0
        self._value_widths: list[int] = []
        self.setFont(body_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """The rows as text, one a line."""
        return self.accessibleName()

    @property
    def cut_off(self) -> bool:
        """True if a name does not fit beside its values."""
        return self._needed() > self.width()

    def show_rows(self, rows: Sequence[Figure]) -> None:
        """Replace the rows."""
        if tuple(rows) == self._rows:
            return
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows = tuple(rows)
        metrics = QFontMetrics(self.font())
        for row in rows:
            name_width = metrics.horizontalAdvance(row.name) + 1  # rounded, and eliding is not
            self._name_width = max(self._name_width, name_width)
            self._value_widths += [0] * (len(row.values) - len(self._value_widths))
            for place, value in enumerate(row.values):
                width = metrics.horizontalAdvance(value)
                self._value_widths[place] = max(self._value_widths[place], width)
        self.setAccessibleName("\n".join(f"{row.name}: {', '.join(row.values)}" for row in rows))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(self._needed(), len(self._rows) * self._row_height() - _LEADING)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._row_height()
        for place, row in enumerate(self._rows):
            top = place * height
            right = self._paint_values(painter, row, top)
            room = min(self._name_width, right) if row.share is not None else right
            name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(colours.text))
            painter.drawText(0, top, room, height - _LEADING, _MIDDLE, name)
            if row.share is not None:
                left = self._name_width + _GAP
                y = top + (height - _LEADING - _BAR) / 2
                self._paint_bar(painter, QRectF(left, y, right - left, _BAR), row)
        painter.end()

    def _paint_values(self, painter: QPainter, row: Figure, top: int) -> int:
        """Draw the values from the right; return where the space before them ends."""
        right = self.width()
        height = self._row_height() - _LEADING
        inks = [self._theme.colours.text] + [self._theme.colours.quiet] * (len(row.values) - 1)
        columns = zip(row.values, self._value_widths, inks, strict=False)
        for value, width, ink in reversed(list(columns)):
            painter.setPen(QColor(ink))
            align = Qt.AlignmentFlag.AlignRight | _MIDDLE
            painter.drawText(right - width, top, width, height, align, value)
            right -= width + _GAP
        return right

    def _paint_bar(self, painter: QPainter, box: QRectF, row: Figure) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.pressed))
        painter.drawRoundedRect(box, _BAR / 2, _BAR / 2)
        if row.share:
            filled = QRectF(box)
            filled.setWidth(max(_BAR, box.width() * row.share))
            painter.setBrush(QColor(getattr(self._theme.colours, row.ink)))
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)

    def _needed(self) -> int:
        bar = _LEAST_BAR + _GAP if any(row.share is not None for row in self._rows) else 0
        return self._name_width + bar + sum(width + _GAP for width in self._value_widths)

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + _LEADING

"""Draws the line above a chart: each curve's colour, name, figure and note."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.charts.trace import Ink
from desktop.look.theme import Theme
from desktop.widgets.type_scale import body_font, caption_font, strong_font

_SWATCH, _GAP, _BETWEEN = 14, 6, 24


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """The texts of one curve."""

    ink: Ink
    name: str
    figure: str
    note: str = ""


class Legend(QWidget):
    """Draws its entries side by side; an entry's space never shrinks, so the others stay."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[LegendEntry, ...] = ()
        self._room: list[int] = []
        self._widths: list[list[int]] = []  # widths of each entry's texts
        self._fonts = body_font(), strong_font(), caption_font()
        self._metrics = tuple(QFontMetrics(font) for font in self._fonts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing below it needs painting
        theme.changed.connect(self.update)

    @property
    def cut_off(self) -> bool:
        """True if some text does not fit in the present width."""
        return sum(self._room) - _BETWEEN > self.width()

    def show_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        """Show these entries."""
        if entries == self._entries:
            return
        if len(entries) != len(self._entries):
            self._room = [0] * len(entries)
        self._entries = entries
        self._widths = [self._widths_of(entry) for entry in entries]
        self._room = [
            max(room, _SWATCH + sum(widths) + 3 * _GAP + _BETWEEN)
            for room, widths in zip(self._room, self._widths, strict=True)
        ]
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(sum(self._room), self._metrics[1].height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, self._metrics[1].height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self._theme.colours
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colours.surface))
        baseline = self._metrics[1].ascent()
        left = 0
        for entry, room, widths in zip(self._entries, self._room, self._widths, strict=True):
            painter.setPen(QPen(QColor(getattr(colours, entry.ink)), 2))
            middle = self.height() // 2
            painter.drawLine(left, middle, left + _SWATCH, middle)
            x = left + _SWATCH + _GAP
            inks = colours.quiet, colours.text, colours.quiet
            words = entry.name, entry.figure, entry.note
            for font, metrics, ink, word, width in zip(
                self._fonts, self._metrics, inks, words, widths, strict=True
            ):
                painter.setFont(font)
                painter.setPen(QColor(ink))
                if width > (rest := self.width() - x):
                    short = metrics.elidedText(word, Qt.TextElideMode.ElideRight, rest)
                    painter.drawText(x, baseline, short)
                else:
                    painter.drawText(x, baseline, word)
                x += width + _GAP
            left += room
        painter.end()

    def _widths_of(self, entry: LegendEntry) -> list[int]:
        words = entry.name, entry.figure, entry.note
        return [
            metrics.horizontalAdvance(word)
            for metrics, word in zip(self._metrics, words, strict=True)
        ]

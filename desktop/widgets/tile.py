"""Shows one figure with its caption and a note, as a card."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.type_scale import caption_font, figure_font
from engine.wording.formatting import NOTHING, Quantity

_PAD_X, _PAD_Y = 12, 10
_UNIT_GAP = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Tile(Card):
    """Caption above, large figure with a small unit, note below; repaints only on change."""

    def __init__(self, theme: Theme, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._caption = caption
        self._quantity = NOTHING
        self._note = ""
        self._wrong = False
        self._small, self._large = caption_font(), figure_font()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def text(self) -> str:
        """The texts as a screen reader reads them."""
        return self.accessibleName()

    @property
    def cut_off(self) -> bool:
        """True if some text does not fit in the present width."""
        small, large = QFontMetrics(self._small), QFontMetrics(self._large)
        figure = large.horizontalAdvance(self._quantity.number)
        if self._quantity.unit:
            figure += _UNIT_GAP + small.horizontalAdvance(self._quantity.unit)
        words = small.horizontalAdvance(self._caption), small.horizontalAdvance(self._note), figure
        return max(words) > self.width() - 2 * _PAD_X

    def set_figure(self, quantity: Quantity, note: str = "", *, wrong: bool = False) -> None:
        """Show `quantity`; `wrong` colours it while an alert about it is active."""
        if (quantity, note, wrong) == (self._quantity, self._note, self._wrong):
            return
        self._quantity, self._note, self._wrong = quantity, note, wrong
        self._name()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        small, large = QFontMetrics(self._small), QFontMetrics(self._large)
        width = max(small.horizontalAdvance(self._caption), 80) + 2 * _PAD_X
        return QSize(width, 2 * small.height() + large.height() + 2 * _PAD_Y)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        colours = self.theme.colours
        painter = QPainter(self)
        small, large = QFontMetrics(self._small), QFontMetrics(self._large)
        box = self.rect().adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y)
        painter.setFont(self._small)
        painter.setPen(QColor(colours.quiet))
        elide = Qt.TextElideMode.ElideRight
        caption = small.elidedText(self._caption, elide, box.width())
        painter.drawText(box.left(), box.top() + small.ascent(), caption)
        note = small.elidedText(self._note, elide, box.width())
        painter.drawText(box.left(), box.bottom() - small.descent(), note)
        baseline = box.top() + small.height() + large.ascent()
        empty = self._quantity is NOTHING
        ink = colours.quiet if empty else colours.degraded if self._wrong else colours.text
        painter.setFont(self._large)
        painter.setPen(QColor(ink))
        painter.drawText(box.left(), baseline, self._quantity.number)
        if self._quantity.unit:
            painter.setFont(self._small)
            painter.setPen(QColor(ink if self._wrong else colours.quiet))
            left = box.left() + large.horizontalAdvance(self._quantity.number) + _UNIT_GAP
            painter.drawText(left, baseline, self._quantity.unit)
        painter.end()

    def _name(self) -> None:
        text = f"{self._caption}: {self._quantity}"
        if self._note:
            text += f", {self._note}"
        self.setAccessibleName(text)
        self.setToolTip(text)

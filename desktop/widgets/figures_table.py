"""Shows a table of figures as high as its rows; columns keep their largest width."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from desktop.models.figures_model import Column, FiguresModel
from desktop.widgets.type_scale import body_font
from engine.wording.cell import Row

_PAD = 20  # pixels of a cell beside its text
_ICON = 22
_LEAST = 72  # width of an elastic column


class FiguresTable(QTableView):
    """Scrolls with its page, never by itself; only elastic columns are elided."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        """Make rows high enough for `lines` lines of text."""
        super().__init__(parent)
        self.figures = FiguresModel(columns, self)
        self.setModel(self.figures)
        self.setAccessibleName(name)
        self.setFont(body_font())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(lines * self.fontMetrics().height() + 12)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(1)
        self._needed = [0] * len(columns)  # by the figures

    @property
    def cut_off(self) -> list[str]:
        """The titles and figures that need more width than they have."""
        model, header, cut = self.figures, self.horizontalHeader(), []
        for place, column in enumerate(model.columns):
            width = self.columnWidth(place)
            if header.sectionSizeHint(place) > width:
                cut.append(column.title)
            for number, row in enumerate(model.rows):
                index = model.index(number, place)
                if not column.elastic and self.sizeHintForIndex(index).width() > width:
                    cut.append(row[place].text)
        return cut

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows."""
        before = self.figures.rows
        self.figures.show_rows(rows)
        if self.figures.rows == before:
            return
        if len(before) != len(rows):
            self.updateGeometry()
        needed = (
            [
                max(
                    width,
                    *(self._width(row[place].text, row[place].mark is not None) for row in rows),
                )
                for place, width in enumerate(self._needed)
            ]
            if rows
            else self._needed
        )
        if needed != self._needed:
            self._needed = needed
            self._share_out()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        height += self.figures.rowCount() * self.verticalHeader().defaultSectionSize()
        return QSize(400, height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Give fixed columns the width they need, and the rest to elastic ones by their need."""
        titles = map(self.horizontalHeader().sectionSizeHint, range(len(self._needed)))
        widths = [max(pair) for pair in zip(self._needed, titles, strict=True)]
        columns = self.figures.columns
        elastic = [place for place, column in enumerate(columns) if column.elastic]
        rest = self.viewport().width() - sum(widths)
        wanted = sum(widths[place] for place in elastic)
        for place, needed in enumerate(widths):
            width = needed
            if place in elastic:
                width = max(_LEAST, needed + int(rest * needed / wanted))
            if width != self.columnWidth(place):
                self.setColumnWidth(place, width)

    def _width(self, text: str, marked: bool = False) -> int:
        widest = max(map(self.fontMetrics().horizontalAdvance, text.split("\n")))
        return widest + _PAD + (_ICON if marked else 0)

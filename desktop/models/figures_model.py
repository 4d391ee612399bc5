"""Presents a table of texts, numbers right-aligned; views hear only of changed cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.look.plain_tip import plain_tip
from desktop.look.state_icon import state_icon
from engine.wording.cell import Row

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """The title of a column, and how it is shown."""

    title: str
    meaning: str = ""  # including the unit; shown over the title
    numeric: bool = False
    elastic: bool = False  # takes the remaining width, and gives way first


class FiguresModel(QAbstractTableModel):
    """Holds rows of cells, which are replaced together."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows."""
        old, new = self.rows, tuple(rows)
        if old == new:
            return
        if len(new) > len(old):
            self.beginInsertRows(_ROOT, len(old), len(new) - 1)
            self.rows = old + new[len(old) :]
            self.endInsertRows()
        elif len(new) < len(old):
            self.beginRemoveRows(_ROOT, len(new), len(old) - 1)
            self.rows = old[: len(new)]
            self.endRemoveRows()
        self.rows = new
        for place, (before, after) in enumerate(zip(old, new, strict=False)):
            for column, (was, now) in enumerate(zip(before, after, strict=True)):
                if was != now:
                    index = self.index(place, column)
                    self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, tooltip, description, alignment or icon."""
        cell = self.rows[index.row()][index.column()]
        if role == Role.DisplayRole:
            return cell.text
        if role == Role.ToolTipRole:
            return plain_tip(cell.more or cell.text)
        if role == Role.AccessibleDescriptionRole:
            return cell.more or cell.text
        if role == Role.TextAlignmentRole:
            return _RIGHT if self.columns[index.column()].numeric else _LEFT
        if role == Role.DecorationRole and cell.mark is not None:
            return state_icon(cell.mark)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return column.meaning or column.title
        if role == Role.TextAlignmentRole:
            return _RIGHT if column.numeric else _LEFT
        return None

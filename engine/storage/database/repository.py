"""Reads and writes the records of one table; their fields are its columns, in order."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, func, select

from engine.storage.database.database import Database
from engine.storage.database.operation import delete_rows, insert
from engine.storage.database.statement import Row

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


class Repository(Generic[Record]):
    """Every write returns when it survives a power cut; `put` replaces an existing record."""

    def __init__(self, database: Database, table: Table, record: type[Record]) -> None:
        self._database = database
        self.table = table
        self._record = record
        key = {column.name for column in table.primary_key}
        self._put = insert(table, replace=[c.name for c in table.columns if c.name not in key])
        self._remove = delete_rows(table)

    async def get(self, *key: object) -> Record | None:
        """Return the record with this primary key, or None."""
        wanted = [
            column == value for column, value in zip(self.table.primary_key, key, strict=True)
        ]
        found = await self.filter(*wanted, limit=1)
        return found[0] if found else None

    async def filter(
        self,
        *conditions: ColumnElement[bool],
        order_by: Sequence[ColumnElement[Any]] = (),
        limit: int | None = None,
        offset: int | None = None,
    ) -> tuple[Record, ...]:
        """Return the records that meet all conditions, by default in the order of their keys."""
        statement = (
            select(self.table)
            .where(*conditions)
            .order_by(*(order_by or tuple(self.table.primary_key)))
            .limit(limit)
            .offset(offset)
        )
        return tuple(self._record(*row) for row in await self._database.read(statement))

    async def count(self, *conditions: ColumnElement[bool]) -> int:
        """Return the number of records that meet all conditions."""
        statement = select(func.count()).select_from(self.table).where(*conditions)
        return int((await self._database.read(statement))[0][0])

    async def put(self, record: Record) -> None:
        """Store the record; it replaces one with the same key."""
        await self._database.write(self._put, _row(record))

    async def put_all(self, records: Iterable[Record]) -> None:
        """Store all records, or none."""
        await self._database.write_all(self._put, [_row(record) for record in records])

    async def remove(self, *key: object) -> None:
        """Remove the record; no effect if there is none."""
        await self._database.write(self._remove, key)


def _row(record: "DataclassInstance") -> Row:
    return tuple(getattr(record, field.name) for field in dataclasses.fields(record))

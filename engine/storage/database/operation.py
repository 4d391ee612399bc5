"""Describes the steps of a write; each backend executes them in its own way."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Boolean,
    ClauseElement,
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    cast,
    column,
    delete,
    select,
    update,
    values,
)
from sqlalchemy.types import TypeEngine

from engine.storage.database.statement import Batch, Binds, Row
from engine.storage.database.upsert import insert_into
from engine.storage.record.record import Entry, KeepLines, RecordStep

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Step:
    """One statement over many rows, or one with its own values."""

    statement: Batch | ClauseElement
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of rows that a step affected, and those it returned."""

    count: int
    rows: Sequence[Row] = ()


Steps = Generator[Step | RecordStep, Outcome, Sequence[Result]]
Operation = Callable[[Sequence[Row]], Steps[Result]]
"""Makes the steps for the rows of all callers at once, and returns one result for each row.

It may be run again from the start, alone or with others, until it is committed: it must change
nothing but the database, and a repetition of a committed run must change nothing at all.
"""


def insert(table: Table, *, replace: Sequence[str] | None = None) -> Operation[None]:
    """Insert rows, given as values of all columns in order.

    A row whose primary key exists is left unchanged, or gets the columns of `replace`.
    """
    batch = insert_batch(table, replace=replace)
    if not replace:
        return _one_step(batch)
    key = [n for n, column in enumerate(table.columns) if column.primary_key]

    def steps(rows: Sequence[Row]) -> Steps[None]:
        # PostgreSQL replaces no row twice in one statement: the last of each key is what remains.
        last = {tuple(row[place] for place in key): row for row in rows}
        yield Step(batch, list(last.values()))
        return [None] * len(rows)

    return steps


def insert_batch(
    table: Table,
    *,
    key: Sequence[str] | None = None,
    replace: Sequence[str] | None = None,
    without: Sequence[str] = (),
) -> Batch:
    """Return the statement of `insert`; `key` names a unique index besides the primary key.

    Columns `without` a value are NULL. Booleans are 0 or 1, because sqlite3 looks for an adapter of
    every bool.
    """
    columns = tuple(column for column in table.columns if column.name not in without)
    unique = key or [column.name for column in table.primary_key]

    def build(dialect: str, rows: Sequence[Binds]) -> ClauseElement:
        named = [
            {own.name: _typed(bind, own, dialect) for own, bind in zip(columns, row, strict=True)}
            for row in rows
        ]
        statement = insert_into(table, dialect).values(named)
        if replace:
            new = {name: statement.excluded[name] for name in replace}
            return _of(statement.on_conflict_do_update(index_elements=unique, set_=new))
        return _of(statement.on_conflict_do_nothing(index_elements=unique))

    return Batch(tuple(_given_type(column) for column in columns), build)


def _given_type(column: Column[Any]) -> TypeEngine[Any]:
    return Integer() if isinstance(column.type, Boolean) else column.type


def _typed(given: BindParameter[Any], column: Column[Any], dialect: str) -> ColumnElement[Any]:
    is_strict = dialect == "postgresql"  # SQLite's own truth is a number
    return cast(given, Boolean) if is_strict and isinstance(column.type, Boolean) else given


def update_batch(
    table: Table,
    key: Sequence[str],
    *,
    given: Sequence[str] = (),
    fixed: dict[str, Any] | None = None,
    where: Callable[[Table], Any] | None = None,
) -> Batch:
    """Set `given` columns to each row's values, which follow those of `key`, and `fixed` ones."""
    named = [table.columns[name] for name in (*key, *given)]

    def build(_: str, rows: Sequence[Binds]) -> ClauseElement:
        new = given_rows(named, rows)
        matches = [table.columns[name] == new.columns[name] for name in key]
        if where is not None:
            matches.append(where(table))
        changes = {name: new.columns[name] for name in given} | (fixed or {})
        return update(table).where(and_(*matches)).values(changes)

    return Batch(tuple(column.type for column in named), build)


def delete_rows(table: Table) -> Operation[None]:
    """Delete the rows with the given primary keys."""
    key = tuple(table.primary_key)

    def build(_: str, rows: Sequence[Binds]) -> ClauseElement:
        old = given_rows(key, rows)
        same = and_(*(own == old.columns[own.name] for own in key))
        return delete(table).where(select(1).select_from(old).where(same).exists())

    return _one_step(Batch(tuple(column.type for column in key), build))


def given_rows(columns: Sequence[Column[Any]], rows: Sequence[Binds]) -> Any:
    """Return the rows as a common table expression: SQLite names the columns of nothing else."""
    named = (column(own.name, own.type) for own in columns)
    return values(*named, name="v").data([tuple(row) for row in rows]).cte("given")


def once(statement: ClauseElement, *entries: Entry, if_changed: bool = False) -> Operation[Outcome]:
    """Run one statement with its own values; return its result.

    `entries` go into the record with it; with `if_changed`, only if it changed something.
    """

    def steps(rows: Sequence[Row]) -> Steps[Outcome]:
        outcome = yield Step(statement)
        if entries and (outcome.count or not if_changed):
            yield KeepLines(entries)
        return [outcome] * len(rows)

    return steps


def _one_step(batch: Batch) -> Operation[None]:
    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield Step(batch, rows)
        return [None] * len(rows)

    return steps


def _of(statement: Any) -> ClauseElement:
    """Return the dialect's own statement, which has `on_conflict_…`."""
    clause: ClauseElement = statement
    return clause

"""Copies all rows of a PostgreSQL database into a SQLite file of the same schema, and back."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    MetaData,
    Table,
    column,
    create_engine,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.storage.database.migration import BASE, migrate, revision_of
from engine.storage.database.schema import REVISION, IncomingState, incoming, lineage
from engine.storage.database.sqlite.file import transaction
from engine.storage.restores.carried import lately_came
from engine.storage.restores.lineage import BACKUP_MARK, CARRIED_MARK, RESTORED

_BATCH = 2_000  # rows
_LATELY = "came_lately"


async def copy_out(engine: AsyncEngine, target: Path) -> None:
    """Write the rows of one moment; others may be writing."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with snapshot.begin() as connection:
        revision = await connection.run_sync(revision_of)
        tables = await asyncio.to_thread(_prepare, target, revision or REVISION)
        bare = await _bare(connection)
        with closing(sqlite3.connect(target, check_same_thread=False)) as file:
            for table in tables:
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                cursor = await bare.cursor(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - our own tables
                marks = ", ".join("?" * len(table.columns))
                insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - as above
                while rows := await cursor.fetch(_BATCH):
                    await asyncio.to_thread(file.executemany, insert, [tuple(row) for row in rows])
            await asyncio.to_thread(file.commit)


async def copy_in(engine: AsyncEngine, source: Path, now: float) -> None:
    """Replace everything by the rows of `source`, at the newest revision: all or nothing.

    Recent messages are kept for comparison, marked as ended.
    """
    revision, tables = await asyncio.to_thread(_tables, source)
    async with engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        carried = await connection.run_sync(_put_by, now)
        await connection.run_sync(_start_anew, revision)
        bare = await _bare(connection)
        with closing(sqlite3.connect(source, check_same_thread=False)) as file:
            for table in tables:
                for rows in _batches(file, table):
                    await bare.copy_records_to_table(
                        table.name, records=rows, columns=[c.name for c in table.columns]
                    )
        await connection.run_sync(migrate)
        await connection.run_sync(_take_over, carried)


def _put_by(connection: Connection, now: float) -> bool:
    """Set recent messages aside; return False if that is impossible."""
    if revision_of(connection) != REVISION:
        return False
    connection.execute(text(f"CREATE TEMP TABLE {_LATELY} (LIKE incoming) ON COMMIT DROP"))
    columns = [column.name for column in incoming.columns]
    kept = table(_LATELY, *(column(name) for name in columns))
    connection.execute(kept.insert().from_select(columns, lately_came(now)))
    return True


def _take_over(connection: Connection, carried: bool) -> None:
    """Add the messages set aside, and mark the database as restored."""
    if carried:
        columns = [column.name for column in incoming.columns]
        kept = table(_LATELY, *(column(name) for name in columns))
        rows = postgresql.insert(incoming).from_select(columns, select(kept))
        connection.execute(rows.on_conflict_do_nothing())
        still_open = select(kept.c.id).where(kept.c.state == IncomingState.RECEIVED.value)
        marked = update(incoming).where(incoming.c.id.in_(still_open))
        received = incoming.c.state == IncomingState.RECEIVED.value
        connection.execute(marked.where(received).values(reason=RESTORED))
    connection.execute(lineage.delete())
    mark = CARRIED_MARK if carried else BACKUP_MARK
    connection.execute(lineage.insert().values(id=1, mark=mark))


def _start_anew(connection: Connection, revision: str) -> None:
    if revision_of(connection) is not None:
        migrate(connection, BASE, direction="down")
    migrate(connection, revision)


def _prepare(target: Path, revision: str) -> list[Table]:
    """Create the tables of `revision` in a new SQLite file."""
    with transaction(target) as connection:
        migrate(connection, revision)
    with closing(sqlite3.connect(target)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    return _tables(target)[1]


def _tables(file: Path) -> tuple[str, list[Table]]:
    """Return the revision of a SQLite file, and its tables."""
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    finally:
        engine.dispose()
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    return str(revision), tables


def _batches(file: sqlite3.Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    booleans = [n for n, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    cursor = file.execute(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - our own tables
    while rows := cursor.fetchmany(_BATCH):
        yield [_with_booleans(row, booleans) for row in rows] if booleans else rows


def _with_booleans(row: tuple[Any, ...], places: list[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        values[place] = bool(values[place])
    return tuple(values)


async def _bare(connection: AsyncConnection) -> Any:
    """Return the asyncpg connection after SQLAlchemy has begun its transaction on it."""
    await connection.execute(text("SELECT 1"))
    return (await connection.get_raw_connection()).driver_connection

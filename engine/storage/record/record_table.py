"""Keeps the record of a PostgreSQL database in a table outside the schema's revisions.

Migrations and restores leave it alone: they drop and fill only the tables they know.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, inspect, text

from engine.storage.record.record import (
    Hashes,
    KeepLines,
    PruneRecord,
    ReadRecord,
    RecordLine,
    RecordStep,
    worth_keeping,
)

TABLE = "restore_record"

_MAKE = f"""
    CREATE TABLE {TABLE} (
        id BIGSERIAL PRIMARY KEY,
        kind TEXT NOT NULL,
        mark TEXT NOT NULL,
        at DOUBLE PRECISION NOT NULL,
        detail TEXT NOT NULL
    )
"""
_HAS_KEY = text(f"SELECT 1 FROM {TABLE} WHERE kind = 'key'")  # noqa: S608 - our own table
_INSERT_KEY = text(f"INSERT INTO {TABLE} (kind, mark, at, detail) VALUES ('key', :key, 0, '')")  # noqa: S608 - as above
_KEY = f"SELECT mark FROM {TABLE} WHERE kind = 'key'"  # noqa: S608 - as above
_ADD = f"INSERT INTO {TABLE} (kind, mark, at, detail) VALUES ($1, $2, $3, $4)"  # noqa: S608 - as above
_READ = f"SELECT id, kind, mark, at, detail FROM {TABLE} ORDER BY kind <> 'key', id"  # noqa: S608 - as above
_DROP = f"DELETE FROM {TABLE} WHERE id = ANY($1::bigint[])"  # noqa: S608 - as above


def make(connection: Connection) -> None:
    """Create the table with its key, if it is missing, in an exclusive transaction."""
    if not inspect(connection).has_table(TABLE):
        connection.execute(text(_MAKE))
    if connection.execute(_HAS_KEY).first() is None:
        connection.execute(_INSERT_KEY, {"key": secrets.token_hex(32)})


async def run(connection: Any, step: RecordStep) -> Sequence[RecordLine]:
    """Do a step on a bare asyncpg connection; return its lines."""
    match step:
        case KeepLines(entries):
            hashes = Hashes(await connection.fetchval(_KEY))
            lines = [entry(hashes) for entry in entries]
            await connection.executemany(_ADD, [tuple(line) for line in lines])
        case ReadRecord():
            return [line for _, line in await _read(connection)]
        case PruneRecord(before):
            found = await _read(connection)
            kept = set(worth_keeping([line for _, line in found], before))
            dropped = [id_ for id_, line in found if line not in kept]
            await connection.execute(_DROP, dropped)
    return ()


async def _read(connection: Any) -> list[tuple[int, RecordLine]]:
    rows = await connection.fetch(_READ)
    return [(row[0], RecordLine(*row[1:])) for row in rows]

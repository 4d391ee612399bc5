"""Rescues the login from a session whose other pages are damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from engine.files.private_files import create
from engine.files.sqlite_errors import FILE_ERRORS
from engine.telegram.sessions.file import create_schema

_TABLES = {
    "update_state": "insert or ignore into update_state values (?, ?, ?, ?, ?)",
    "entities": "insert or ignore into entities values (?, ?, ?, ?, ?, ?)",
}


def salvage(damaged: Path, target: Path) -> bool:
    """Copy the readable part of `damaged` into the new file `target`; return True on success.

    Returns False and leaves no file if the login is not readable. The key stays as it is, sealed or
    plain. Raises OSError or sqlite3.Error if `target` cannot be written.
    """
    login = _login(damaged)
    if login is None:
        return False
    unfinished = target.with_suffix(".salvage")
    unfinished.unlink(missing_ok=True)
    create(unfinished)
    with closing(sqlite3.connect(unfinished)) as database, database:
        create_schema(database)
        database.execute("insert into sessions values (?, ?, ?, ?, null, x'')", login)
        for table, insert in _TABLES.items():
            with suppress(sqlite3.DatabaseError):
                database.executemany(insert, _rows(damaged, table))
    unfinished.replace(target)
    return True


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)


def _login(damaged: Path) -> tuple[Any, ...] | None:
    try:
        with closing(_read_only(damaged)) as database:
            row: tuple[Any, ...] | None = database.execute(
                "select dc_id, server_address, port, auth_key from sessions"
            ).fetchone()
    except FILE_ERRORS:
        return None
    return row if row and isinstance(row[3], bytes) and row[3] else None


def _rows(damaged: Path, table: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows of `table` until the damaged part is reached."""
    with closing(_read_only(damaged)) as database:
        cursor = database.execute(f"select * from {table}")  # noqa: S608 - one of two names above
        while True:
            try:
                row = cursor.fetchone()
            except FILE_ERRORS:
                return
            if row is None:
                return
            yield row

"""Compares the tables of a SQLite file with those that the migrations make."""

import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.language import _
from engine.storage.database.migration import migrate
from engine.storage.database.sqlite.backend import connect
from engine.storage.database.sqlite.file import transaction

# Additions that a table's columns and indexes do not show.
_UNSEEN = re.compile(
    r"\b(CHECK|STRICT|WITHOUT|COLLATE|GENERATED|REFERENCES|VIRTUAL)\b", re.IGNORECASE
)

_Shape = dict[str, tuple[Any, ...]]


def differences(file: Path, revision: str, *, except_for: str) -> list[str]:
    """Return the differences of `file` from `revision` in a few words each; empty if sound.

    The table `except_for` is ignored. Raises StorageError for an unknown revision.
    """
    reference = file.with_name("reference.db")
    with transaction(reference) as connection:
        migrate(connection, revision)
    try:
        wanted, found = _read(reference, except_for), _read(file, except_for)
    finally:
        reference.unlink()
    missing = [_("{what} is missing").format(what=name) for name in wanted.keys() - found.keys()]
    foreign = [
        _("{what} does not belong there").format(what=name) for name in found.keys() - wanted.keys()
    ]
    other = [
        _("{what} differs").format(what=name)
        for name in wanted.keys() & found.keys()
        if wanted[name] != found[name]
    ]
    return sorted(missing) + sorted(foreign) + sorted(other)


def _read(file: Path, except_for: str) -> _Shape:
    """Return everything that the file defines, by kind and name."""
    with closing(connect(file, mode="ro")) as connection:
        shape: _Shape = {}
        query = "SELECT type, name, tbl_name, sql FROM sqlite_master"
        for kind, name, table, sql in connection.execute(query).fetchall():
            match kind:
                case "table" if name.startswith("sqlite_"):
                    continue
                case "table" | "index" if table == except_for:
                    continue
                case "table":
                    unseen = Counter(word.upper() for word in _UNSEEN.findall(sql))
                    shape[f"table {name}"] = (sorted(unseen.items()),)
                    shape |= _columns(connection, name)
                case "index":
                    shape |= _index(connection, name, table, sql)
                case _:
                    shape[f"{kind} {name}"] = ()
        return shape


def _columns(connection: sqlite3.Connection, table: str) -> _Shape:
    rows = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table,)).fetchall()
    return {f"column {table}.{row[1]}": (row[2].upper(), *row[3:]) for row in rows}


def _index(connection: sqlite3.Connection, name: str, table: str, sql: str | None) -> _Shape:
    listed = connection.execute(
        'SELECT "unique", partial FROM pragma_index_list(?) WHERE name = ?', (table, name)
    ).fetchone()
    keys = connection.execute(
        'SELECT name, "desc", coll FROM pragma_index_xinfo(?) WHERE key', (name,)
    ).fetchall()
    condition = " ".join(sql.partition(" WHERE ")[2].lower().split()) if sql else ""
    return {f"index {name}": (table, listed, tuple(keys), condition)}

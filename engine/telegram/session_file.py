"""Reads and writes one account's session file: SQLite in Telethon's schema, version 8.

Blocking, so it belongs in a worker thread. The file is open only while it is read or written.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from engine.errors import SessionDamagedError

_VERSION = 8
_SCHEMA = """
create table if not exists version (version integer primary key);
create table if not exists sessions (
    dc_id integer primary key, server_address text, port integer, auth_key blob,
    takeout_id integer, tmp_auth_key blob);
create table if not exists entities (
    id integer primary key, hash integer not null, username text, phone integer, name text,
    date integer);
create table if not exists sent_files (
    md5_digest blob, file_size integer, type integer, id integer, hash integer,
    primary key(md5_digest, file_size, type));
create table if not exists update_state (
    id integer primary key, pts integer, qts integer, date integer, seq integer);
"""


class EntityRow(NamedTuple):
    """A person or chat the account has met; `id` is marked as Telethon marks it."""

    id: int
    hash: int
    username: str | None
    phone: int | None
    name: str | None


class UpdateState(NamedTuple):
    """How far the account (id 0) or a channel has read its updates; `date` in epoch seconds."""

    pts: int
    qts: int
    date: float
    seq: int


@dataclass(slots=True)
class SessionData:
    """What a session file holds; when written, entities and states are added to the file's."""

    dc: int = 0
    server_address: str | None = None
    port: int | None = None
    auth_key: bytes = b""
    entities: list[EntityRow] = field(default_factory=list)
    update_states: dict[int, UpdateState] = field(default_factory=dict)


def read_session(path: Path, most_entities: int) -> SessionData:
    """The file's contents with its `most_entities` newest entities; empty if there is no file.

    Raises SessionDamagedError if it is no sound session.
    """
    if not path.exists():
        return SessionData()
    try:
        with closing(sqlite3.connect(path, timeout=5)) as database:
            if database.execute("select version from version").fetchone() != (_VERSION,):
                raise SessionDamagedError(
                    f"The session {path.stem} was written by another version of Telethon."
                )
            row = database.execute(
                "select dc_id, server_address, port, auth_key from sessions"
            ).fetchone() or (0, None, None, b"")
            entities = database.execute(
                "select id, hash, username, phone, name from entities order by date desc limit ?",
                (most_entities,),
            ).fetchall()
            states = database.execute("select id, pts, qts, date, seq from update_state").fetchall()
    except sqlite3.DatabaseError as error:
        raise SessionDamagedError(f"The session {path.stem} cannot be read: {error}.") from error
    return SessionData(
        dc=row[0],
        server_address=row[1],
        port=row[2],
        auth_key=row[3] or b"",
        entities=[EntityRow(*entity) for entity in reversed(entities)],
        update_states={state[0]: UpdateState(*state[1:]) for state in states},
    )


def write_session(path: Path, data: SessionData, now: int) -> None:
    """Bring the file up to `data` in one transaction; created for this user alone.

    Raises OSError or sqlite3.Error when it cannot be written; the file is then as before.
    """
    if not path.exists():
        path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=5)) as database, database:
        if not database.execute("select 1 from sqlite_master where name = 'version'").fetchone():
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            database.execute("insert or replace into version values (?)", (_VERSION,))
        database.execute("delete from sessions where dc_id <> ?", (data.dc,))
        database.execute(
            "insert or replace into sessions values (?, ?, ?, ?, null, x'')",
            (data.dc, data.server_address, data.port, data.auth_key),
        )
        database.executemany(
            "insert or replace into entities values (?, ?, ?, ?, ?, ?)",
            [(*entity, now) for entity in data.entities],
        )
        database.executemany(
            "insert or replace into update_state values (?, ?, ?, ?, ?)",
            [(identifier, *state) for identifier, state in data.update_states.items()],
        )

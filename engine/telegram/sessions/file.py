"""Reads and writes one account's session file: SQLite in Telethon's schema, auth key sealed.

Blocking: call it in a worker thread. The file is open only while it is read or written. A plain
key, e.g. in a file of Telethon's own, is sealed at the next write.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from engine.errors import SessionDamagedError, described
from engine.files.private_files import keep_database_private
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _
from engine.secrets.seal import Seal, is_sealed

APPLICATION_ID = 0x47617643  # "GavC" in the file's header marks the file as ours
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
    """A person or chat the account has met; `id` is marked as Telethon does it."""

    id: int
    hash: int
    username: str | None
    phone: int | None
    name: str | None


class UpdateState(NamedTuple):
    """The position of the account (id 0) or a channel in its updates; `date` in epoch seconds."""

    pts: int
    qts: int
    date: float
    seq: int


class LoginRow(NamedTuple):
    """The data centre where the account is logged in, and its key, sealed or plain."""

    dc: int
    server_address: str | None
    port: int | None
    auth_key: bytes | None


@dataclass(slots=True)
class SessionData:
    """The contents of a session file; writing merges entities and states into the file's."""

    dc: int = 0
    server_address: str | None = None
    port: int | None = None
    auth_key: bytes = field(default=b"", repr=False)
    sealed: bool = True  # True if the key in the file was sealed
    entities: list[EntityRow] = field(default_factory=list)
    update_states: dict[int, UpdateState] = field(default_factory=dict)


def read_session(path: Path, most_entities: int, seal: Seal) -> SessionData:
    """Return the file's contents with its `most_entities` newest entities.

    Empty if the file does not exist, or if its first writer died before writing anything. Raises
    SessionDamagedError if it is no sound session, SealBrokenError if its key was sealed with
    another master key or for another account.
    """
    if not path.exists():
        return SessionData()
    try:
        with closing(sqlite3.connect(path, timeout=5)) as database:
            if _is_new(database):
                return SessionData()
            if database.execute("select version from version").fetchone() != (_VERSION,):
                raise SessionDamagedError(
                    _("The session {name} was written by another version of Telethon.").format(
                        name=path.stem
                    )
                )
            data = read_rows(database, most_entities)
    except FILE_ERRORS as error:
        raise SessionDamagedError(
            _("The session {name} cannot be read: {error}.").format(
                name=path.stem, error=described(error)
            )
        ) from error
    except msgspec.ValidationError as error:
        raise SessionDamagedError(
            _("The session {name} holds what no session holds.").format(name=path.stem)
        ) from error
    key = data.auth_key
    data.sealed = is_sealed(key) or not key
    data.auth_key = seal.open(key, _place(path)) if is_sealed(key) else key
    return data


def read_rows(database: sqlite3.Connection, most_entities: int | None = None) -> SessionData:
    """Read an open session and leave its key as stored.

    Returns the `most_entities` newest entities, newest last, or all of them. Raises
    sqlite3.DatabaseError, and msgspec.ValidationError for a value of the wrong type.
    """
    login = database.execute("select dc_id, server_address, port, auth_key from sessions")
    row = msgspec.convert(
        login.fetchone() or (0, None, None, None), LoginRow, builtin_types=(bytes,)
    )
    select = "select id, hash, username, phone, name from entities"
    if most_entities is not None:
        select += f" order by date desc limit {most_entities:d}"
    found = database.execute(select).fetchall()
    states: list[tuple[object, ...]] = []
    if database.execute("select 1 from sqlite_master where name = 'update_state'").fetchone():
        states = database.execute("select id, pts, qts, date, seq from update_state").fetchall()
    numbers = msgspec.convert([state[0] for state in states], list[int])
    return SessionData(
        dc=row.dc,
        server_address=row.server_address,
        port=row.port,
        auth_key=row.auth_key or b"",
        entities=msgspec.convert(found[::-1], list[EntityRow]),
        update_states=dict(
            zip(
                numbers,
                msgspec.convert([state[1:] for state in states], list[UpdateState]),
                strict=True,
            )
        ),
    )


def write_session(path: Path, data: SessionData, now: int, seal: Seal) -> None:
    """Bring the file up to `data` in one transaction; a new file is readable by this user only.

    Raises OSError or sqlite3.Error; the file is then unchanged.
    """
    keep_database_private(path, made=True)
    with seal.settled(), closing(sqlite3.connect(path, timeout=5)) as database:
        database.execute("pragma secure_delete = on")
        database.execute("begin immediate")
        with database:
            create_schema(database)
            _write(database, data, now, seal.seal(data.auth_key, _place(path)))
        _clear_remains(database)


def reseal_session(path: Path, seal: Seal) -> None:
    """Seal the file's key with the current key of `seal`; the caller holds the session's lock.

    Raises SealBrokenError, OSError or sqlite3.Error; the file is then unchanged.
    """
    with closing(sqlite3.connect(path, timeout=5)) as database:
        if _is_new(database):
            return
        database.execute("pragma secure_delete = on")
        database.execute("begin immediate")
        with database:
            rows = database.execute("select dc_id, auth_key from sessions").fetchall()
            for dc, key in rows:
                if key and not seal.is_current(key):
                    plain = seal.open(key, _place(path)) if is_sealed(key) else key
                    sealed = seal.seal(plain, _place(path))
                    database.execute(
                        "update sessions set auth_key = ? where dc_id = ?", (sealed, dc)
                    )
        _clear_remains(database)


def has_login(path: Path) -> bool:
    """Return True if the file has a key, sealed or not; False if it cannot be read."""
    if not path.is_file():
        return False
    address = path.resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as database:
            row = database.execute("select length(auth_key) from sessions").fetchone()
    except FILE_ERRORS:
        return False
    return bool(row and row[0])


def is_ours(path: Path) -> bool:
    """Return True if this program wrote the file, or nobody has written to it yet.

    Reads only the header. The caller holds the session's lock, and the file is not open here.
    """
    with path.open("rb") as file:
        header = file.read(100)  # https://www.sqlite.org/fileformat.html, 1.3
    if not header.startswith(b"SQLite format 3\0"):
        return not any(header)
    return header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _place(path: Path) -> str:
    return f"session/{path.stem}/auth_key"


def _is_new(database: sqlite3.Connection) -> bool:
    """Return True if no first write was ever finished."""
    return database.execute("select 1 from sqlite_master").fetchone() is None


def create_schema(database: sqlite3.Connection) -> None:
    """Create the schema in a new file."""
    if not database.execute("select 1 from sqlite_master where name = 'version'").fetchone():
        for statement in _SCHEMA.split(";"):
            database.execute(statement)
        database.execute("insert or replace into version values (?)", (_VERSION,))
        database.execute(f"pragma application_id = {APPLICATION_ID}")


def _write(database: sqlite3.Connection, data: SessionData, now: int, key: bytes) -> None:
    database.execute("delete from sessions where dc_id <> ?", (data.dc,))
    database.execute(
        "insert or replace into sessions values (?, ?, ?, ?, null, x'')",
        (data.dc, data.server_address, data.port, key if data.auth_key else b""),
    )
    database.executemany(
        "insert or replace into entities values (?, ?, ?, ?, ?, ?)",
        [(*entity, now) for entity in data.entities],
    )
    database.executemany(
        "insert or replace into update_state values (?, ?, ?, ?, ?)",
        [(identifier, *state) for identifier, state in data.update_states.items()],
    )


def _clear_remains(database: sqlite3.Connection) -> None:
    """Rebuild a file of another program: its free pages may hold the plain key.

    The mark is written last, so after a crash the next write starts over.
    """
    if database.execute("pragma application_id").fetchone() != (APPLICATION_ID,):
        database.execute("vacuum")
        database.execute(f"pragma application_id = {APPLICATION_ID}")

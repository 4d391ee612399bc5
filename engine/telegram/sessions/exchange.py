"""Imports plain sessions of other programs that use Telethon, and exports such sessions.

A plain session gives full access to the account; it exists only where a person asked for it.
"""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import msgspec
from telethon.crypto import AuthKey
from telethon.sessions import StringSession

from engine.errors import GavatcoreError, described
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _
from engine.telegram.sessions.file import SessionData, create_schema, read_rows
from engine.telegram.sessions.holders import session_holders

_KEY_BYTES = 256


class SessionExchangeError(GavatcoreError):
    """A plain session cannot be read or written; `str()` says why."""


def read_plain(file: Path) -> SessionData:
    """Read a Telethon `.session` file of any version, without changing it.

    Blocking; raises SessionExchangeError.
    """
    if not file.exists():
        raise SessionExchangeError(_("There is no file {file}.").format(file=file))
    if not file.is_file():
        raise SessionExchangeError(_("{file} is not a regular file.").format(file=file))
    holder = session_holders(file.parent).get(file.resolve())
    if holder is not None:
        raise SessionExchangeError(
            _("{file} is in use by {holder}: stop it there first.").format(file=file, holder=holder)
        )
    address = file.resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as database:
            data = read_rows(database)
        data.sealed = False
    except msgspec.ValidationError as error:
        raise SessionExchangeError(
            _("{file} holds what no session of Telethon's holds.").format(file=file)
        ) from error
    except FILE_ERRORS as error:
        raise SessionExchangeError(
            _("{file} is no session of Telethon's, or was left unfinished: {error}.").format(
                file=file, error=described(error)
            )
        ) from error
    if len(data.auth_key) != _KEY_BYTES:
        raise SessionExchangeError(_("{file} is not logged in.").format(file=file))
    return data


def write_plain(file: Path, data: SessionData) -> None:
    """Write a new `.session` that Telethon opens, readable by this user only.

    Blocking; raises SessionExchangeError if the file exists, and OSError.
    """
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise SessionExchangeError(
            _("{file} is there already: choose another name.").format(file=file)
        ) from None
    now = int(time.time())
    with closing(sqlite3.connect(file)) as database, database:
        create_schema(database)
        database.execute("pragma application_id = 0")  # the file is no longer ours
        database.execute(
            "insert into sessions values (?, ?, ?, ?, null, x'')",
            (data.dc, data.server_address, data.port, data.auth_key),
        )
        database.executemany(
            "insert into entities values (?, ?, ?, ?, ?, ?)",
            [(*entity, now) for entity in data.entities],
        )
        database.executemany(
            "insert into update_state values (?, ?, ?, ?, ?)",
            [(number, *state) for number, state in data.update_states.items()],
        )


def read_string(text: str) -> SessionData:
    """Read a Telethon string session; raises SessionExchangeError, whose text omits the string."""
    try:
        session = StringSession(text.strip())
    except Exception:  # noqa: BLE001 - it raises what the decoding happens to raise
        session = StringSession()
    if session.auth_key is None:
        raise SessionExchangeError(_("That is no string session of Telethon's."))
    return SessionData(
        session.dc_id, session.server_address, session.port, session.auth_key.key, sealed=False
    )


def write_string(data: SessionData) -> str:
    """Return a string session for Telethon, which is a secret. Raises SessionExchangeError."""
    session = StringSession()
    session.set_dc(data.dc, data.server_address, data.port)
    session.auth_key = AuthKey(data.auth_key)
    try:
        return str(session.save())
    except ValueError as error:
        raise SessionExchangeError(
            _("A string session needs the server's address in numbers.")
        ) from error

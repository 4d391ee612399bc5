"""Lists all sessions with their holders and the files beside them; changes nothing."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.files.file_lock import Holder
from engine.files.private_files import UnsafeFileError
from engine.files.sqlite_errors import FILE_ERRORS
from engine.secrets.seal import is_sealed, key_of
from engine.telegram.sessions.holders import session_holders
from engine.telegram.sessions.lock import SessionHeldError, SessionLock, lock_path


@dataclass(frozen=True, slots=True)
class SessionState:
    """The state of one session file."""

    name: str
    holder: Holder | None
    has_login: bool
    sealed: bool  # False: plain, as other programs keep it
    left_behind: float | None  # s since a journal or write-ahead log beside it was written


def survey_sessions(directory: Path) -> tuple[SessionState, ...]:
    """Return the state of every `<name>.session` in `directory`, sorted by name. Blocking.

    Entries of such a name that are no regular files are left out, because opening them is not
    allowed.
    """
    holders = session_holders(directory)
    paths = (path for path in sorted(directory.glob("*.session")) if path.is_file())
    return tuple(_state(path, holders) for path in paths)


def keys_in_use(directory: Path) -> Counter[bytes]:
    """Count the sessions in `directory` by the id of the master key that sealed them. Blocking."""
    keys = (key_of(_key(path)) for path in directory.glob("*.session") if path.is_file())
    return Counter(key for key in keys if key is not None)


def _state(path: Path, holders: dict[Path, Holder]) -> SessionState:
    key = _key(path)
    return SessionState(
        path.stem,
        _lock_holder(path) or holders.get(path.resolve()),
        bool(key),
        is_sealed(key),
        _left_behind(path),
    )


def _lock_holder(path: Path) -> Holder | None:
    if not lock_path(path).exists():
        return None  # not ours: taking the lock would leave a lock file
    try:
        with SessionLock(path):
            return None
    except SessionHeldError as error:
        return error.holder
    except UnsafeFileError:
        return None


def _key(path: Path) -> bytes:
    address = path.resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as database:
            row = database.execute("select auth_key from sessions").fetchone()
    except FILE_ERRORS:
        return b""
    return row[0] if row and isinstance(row[0], bytes) else b""


def _left_behind(path: Path) -> float | None:
    ages = []
    for suffix in ("-journal", "-wal"):
        log = path.with_name(path.name + suffix)
        try:
            status = log.stat()
        except FileNotFoundError:
            continue
        if status.st_size:
            ages.append(time.time() - status.st_mtime)
    return min(ages, default=None)

"""Tells whether sessions are held, sound or damaged, and lets SQLite repair what the dead left.

Nothing here removes a `-journal`, `-wal` or `-shm` file: they hold the only way back, and SQLite
alone knows when they are done with.
"""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from engine.file_lock import Holder, unknown_holder
from engine.language import _
from engine.telegram.lock_check import LockCheck, LockOutcome
from engine.telegram.session_backup import back_up
from engine.telegram.session_holders import session_holders
from engine.telegram.session_lock import SessionHeldError, SessionLock

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF  # the rest of a code says more than is asked here


def check_sessions(directory: Path, own: frozenset[str], at: float) -> tuple[LockCheck, ...]:
    """Check every `<name>.session` in `directory`, in order of name.

    Blocking: call it in a thread. `own` are the names this process runs, `at` is now in seconds
    since the epoch. A session that cannot be checked is reported FAILED and harms no other.
    """
    holders = session_holders(directory)
    return tuple(
        check_session(path, own, at, holders) for path in sorted(directory.glob("*.session"))
    )


def check_session(
    path: Path, own: frozenset[str], at: float, holders: Mapping[Path, Holder] | None = None
) -> LockCheck:
    """Check one session and repair it if its owner is dead; never raises for what it finds there.

    Blocking. `holders` saves looking through all processes again where many are checked.
    """
    name = path.stem
    if name in own:
        return LockCheck(name, LockOutcome.OWN)
    try:
        with SessionLock(path):
            return _check_locked(path, at, holders)
    except SessionHeldError as error:
        if error.holder.pid == os.getpid():
            return LockCheck(name, LockOutcome.OWN)
        return _held(name, error.holder)
    except (OSError, sqlite3.Error) as error:
        return _failure(name, error)


def _check_locked(path: Path, at: float, holders: Mapping[Path, Holder] | None) -> LockCheck:
    holders = session_holders(path.parent) if holders is None else holders
    holder = holders.get(path.resolve())
    if holder is not None:
        return _held(path.stem, holder)
    left_behind = any(_holds_pages(_log(path, suffix)) for suffix in ("-journal", "-wal"))
    backup = back_up(path, at) if left_behind or _in_wal_mode(path) else None
    try:
        check = _repair(path)
    except sqlite3.Error as error:
        check = _failure(path.stem, error)
    if check.outcome is LockOutcome.HELD and backup is not None:
        shutil.rmtree(backup, ignore_errors=True)  # taken while somebody wrote: worth nothing
    elif check.outcome is LockOutcome.SOUND and left_behind:
        detail = _("A copy from before is in {folder}.").format(folder=backup)
        return LockCheck(path.stem, LockOutcome.RECOVERED, detail)
    return check


def _log(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _in_wal_mode(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"  # https://www.sqlite.org/fileformat.html, 1.3.3


def _holds_pages(log: Path) -> bool:
    """Whether SQLite will play back `log`: its first byte is not zero."""
    try:
        with log.open("rb") as file:
            return file.read(1) not in {b"", b"\0"}
    except FileNotFoundError:
        return False


def _repair(path: Path) -> LockCheck:
    """Open `path` so that SQLite recovers it, judge it, and leave it in journal mode DELETE."""
    address = path.resolve().as_uri() + "?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # rolls back a dead owner's half-done transaction
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        verdict = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
        database.execute("ROLLBACK")
        if verdict != "ok":
            return LockCheck(path.stem, LockOutcome.DAMAGED, verdict.splitlines()[-1])
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
    return LockCheck(path.stem, LockOutcome.SOUND)


def _held(name: str, holder: Holder | None) -> LockCheck:
    return LockCheck(name, LockOutcome.HELD, str(holder or unknown_holder()))


def _failure(name: str, error: OSError | sqlite3.Error) -> LockCheck:
    """What an error of the system or of SQLite says about the session."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _BUSY:
            return _held(name, None)
        if code in _CORRUPT:
            return LockCheck(name, LockOutcome.DAMAGED, str(error))
    return LockCheck(name, LockOutcome.FAILED, str(error))

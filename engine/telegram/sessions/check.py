"""Finds out whether sessions are in use, sound or damaged, and lets SQLite recover them.

Nothing here removes a `-journal`, `-wal` or `-shm` file: only SQLite knows when they are no longer
needed. Other programs do not use our lock. Their use of a file shows in open file handles, in
SQLite's own lock, and in how recently its journal changed.
"""

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from engine.errors import described
from engine.files.file_lock import Holder, unknown_holder
from engine.files.sqlite_errors import FILE_ERRORS, FileError
from engine.language import _
from engine.telegram.sessions.aside import set_aside
from engine.telegram.sessions.backup import back_up
from engine.telegram.sessions.file import is_ours
from engine.telegram.sessions.holders import session_holders
from engine.telegram.sessions.lock import SessionHeldError, SessionLock
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.telegram.sessions.salvage import salvage

# Seconds without change after which another program's journal counts as left behind.
AT_START = 300.0
ON_COMMAND = 60.0


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF  # the higher bits of a code only give details


def check_sessions(
    directory: Path, own: frozenset[str], at: float, rest: float = ON_COMMAND
) -> tuple[LockCheck, ...]:
    """Check every `<name>.session` in `directory`, sorted by name.

    Blocking: call it in a thread. `own` are the names this process runs, `at` is now in seconds
    since the epoch, `rest` is AT_START or ON_COMMAND. A session that cannot be checked is reported
    as FAILED and does not affect the others.
    """
    holders = session_holders(directory)
    return tuple(
        check_session(path, own, at, holders, rest) for path in sorted(directory.glob("*.session"))
    )


def check_session(
    path: Path,
    own: frozenset[str],
    at: float,
    holders: Mapping[Path, Holder] | None = None,
    rest: float = ON_COMMAND,
) -> LockCheck:
    """Check one session and repair it if its owner is dead; never raises for a damaged session.

    Blocking. Pass `holders` when many are checked: it saves a scan of all processes each time.
    """
    name = path.stem
    if name in own:
        return LockCheck(name, LockOutcome.OWN)
    try:
        with SessionLock(path):
            return check_locked(path, at, _look(path) if holders is None else holders, rest)
    except SessionHeldError as error:
        if error.holder.pid == os.getpid():
            return LockCheck(name, LockOutcome.OWN)
        return _held(name, error.holder)
    except (OSError, *FILE_ERRORS) as error:
        return _failure(name, error)


def check_locked(
    path: Path,
    at: float,
    holders: Mapping[Path, Holder] | None = None,
    rest: float = ON_COMMAND,
) -> LockCheck:
    """Check a session whose lock the caller holds; otherwise like `check_session`. Raises OSError.

    Without `holders`, no scan is made for one of our sessions that has no logs: nothing needs
    repair, and a scan takes some 50 ms.
    """
    ours = is_ours(path)
    left_behind = [log for log in _logs(path) if _holds_pages(log)]
    in_wal_mode = _in_wal_mode(path)
    if holders is None:
        holders = {} if ours and not left_behind and not in_wal_mode else _look(path)
    holder = holders.get(path.resolve())
    if holder is not None:
        return _held(path.stem, holder)
    if left_behind and not ours:
        rested = at - max(log.stat().st_mtime for log in left_behind)
        if rested < rest:
            return _not_rested(path.stem, rested, rest)
    backup = back_up(path, at) if left_behind or in_wal_mode else None
    try:
        check = _repair(path)
    except FILE_ERRORS as error:
        check = _failure(path.stem, error)
    if check.outcome is LockOutcome.HELD and backup is not None:
        shutil.rmtree(backup, ignore_errors=True)  # somebody wrote meanwhile: it is worthless
    elif check.outcome is LockOutcome.DAMAGED:
        return _replace(path, at, check.detail)
    elif check.outcome is LockOutcome.SOUND and left_behind:
        detail = _("A copy from before is in {folder}.").format(folder=backup)
        return LockCheck(path.stem, LockOutcome.RECOVERED, detail)
    return check


def _replace(path: Path, at: float, damage: str | None) -> LockCheck:
    """Set a damaged session aside, and replace it by what is readable; return the result."""
    holder = _look(path).get(path.resolve())
    if holder is not None:
        return _held(path.stem, holder)
    folder = set_aside(path, at)
    if salvage(folder / path.name, path):
        detail = _("Its login was saved; the damaged file is in {folder}.").format(folder=folder)
        return LockCheck(path.stem, LockOutcome.RECOVERED, detail)
    detail = _("Log in again. The damaged file is in {folder} ({damage}).").format(
        folder=folder, damage=damage
    )
    return LockCheck(path.stem, LockOutcome.SET_ASIDE, detail)


def _not_rested(name: str, rested: float, rest: float) -> LockCheck:
    detail = _(
        "Another program wrote to it {rested:.0f} s ago and may still run; "
        "after {rest:.0f} s of rest it counts as left behind."
    ).format(rested=max(0.0, rested), rest=rest)
    return LockCheck(name, LockOutcome.HELD, detail)


def _look(path: Path) -> Mapping[Path, Holder]:
    return session_holders(path.parent)


def _logs(path: Path) -> tuple[Path, Path]:
    return _log(path, "-journal"), _log(path, "-wal")


def _log(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _in_wal_mode(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"  # https://www.sqlite.org/fileformat.html, 1.3.3


def _holds_pages(log: Path) -> bool:
    """Return True if SQLite will play back `log`, i.e. its first byte is not zero."""
    try:
        with log.open("rb") as file:
            return file.read(1) not in {b"", b"\0"}
    except FileNotFoundError:
        return False


def _repair(path: Path) -> LockCheck:
    """Open `path` so that SQLite recovers it, check it, and leave it in journal mode DELETE."""
    address = path.resolve().as_uri() + "?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # rolls back a dead owner's unfinished transaction
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


def _failure(name: str, error: OSError | FileError) -> LockCheck:
    """Return the check's result for an error of the system or of SQLite."""
    if isinstance(error, UnicodeDecodeError):  # SQLite's message contains bytes of the file
        return LockCheck(name, LockOutcome.DAMAGED, _("it holds what no session holds"))
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _BUSY:
            return _held(name, None)
        if code in _CORRUPT:
            return LockCheck(name, LockOutcome.DAMAGED, described(error))
    return LockCheck(name, LockOutcome.FAILED, described(error))

"""Tells whether sessions are held, sound or damaged, and lets SQLite repair what the dead left.

Nothing here removes a `-journal`, `-wal` or `-shm` file: they hold the only way back, and SQLite
alone knows when they are done with. A program that is not ours knows nothing of our lock: who has
the file open, SQLite's own lock and how long the file has rested must speak for it.
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

# Seconds that another program's journal must have rested before it counts as left behind.
AT_START = 300.0
ON_COMMAND = 60.0


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRIMARY_CODE = 0xFF  # the rest of a code says more than is asked here


def check_sessions(
    directory: Path, own: frozenset[str], at: float, rest: float = ON_COMMAND
) -> tuple[LockCheck, ...]:
    """Check every `<name>.session` in `directory`, in order of name.

    Blocking: call it in a thread. `own` are the names this process runs, `at` is now in seconds
    since the epoch, `rest` is AT_START or ON_COMMAND. A session that cannot be checked is reported
    FAILED and harms no other.
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
    """Check one session and repair it if its owner is dead; never raises for what it finds there.

    Blocking. `holders` saves looking through all processes again where many are checked.
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
    """As `check_session`, for a caller who holds the session's lock; raises OSError.

    Without `holders`, nobody is looked for behind a session of ours that lies at rest: there is
    nothing to repair, and each look takes some 50 ms.
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
        shutil.rmtree(backup, ignore_errors=True)  # taken while somebody wrote: worth nothing
    elif check.outcome is LockOutcome.DAMAGED:
        return _replace(path, at, check.detail)
    elif check.outcome is LockOutcome.SOUND and left_behind:
        detail = _("A copy from before is in {folder}.").format(folder=backup)
        return LockCheck(path.stem, LockOutcome.RECOVERED, detail)
    return check


def _replace(path: Path, at: float, damage: str | None) -> LockCheck:
    """Set a damaged session aside; what can be read of its login takes its place."""
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


def _failure(name: str, error: OSError | FileError) -> LockCheck:
    """What an error of the system or of SQLite says about the session."""
    if isinstance(error, UnicodeDecodeError):  # the file's own bytes, in SQLite's message
        return LockCheck(name, LockOutcome.DAMAGED, _("it holds what no session holds"))
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _BUSY:
            return _held(name, None)
        if code in _CORRUPT:
            return LockCheck(name, LockOutcome.DAMAGED, described(error))
    return LockCheck(name, LockOutcome.FAILED, described(error))

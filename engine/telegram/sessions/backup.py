"""Copies a session's files before SQLite may change them, and keeps the newest copies."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

KEPT = 5  # copies of each session

_SUFFIXES = ("", "-journal", "-wal")  # SQLite recreates -shm


def back_up(session: Path, at: float) -> Path:
    """Copy the file, its journal and its write-ahead log; return the folder of the copies.

    The session must not be open in this process: closing a file drops every lock this process holds
    on it. `at` is in seconds since the epoch and names the folder. Raises OSError.
    """
    backups = session.parent / "backup" / session.stem
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S.%f-")
    folder = Path(tempfile.mkdtemp(prefix=stamp, dir=backups))
    for suffix in _SUFFIXES:
        source = session.with_name(session.name + suffix)
        if source.exists():
            _copy(source, folder / source.name)
    for old in sorted(backups.iterdir())[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _copy(source: Path, target: Path) -> None:
    shutil.copy2(source, target)
    with target.open("rb+") as copied:
        os.fsync(copied.fileno())  # the following repair may destroy the original

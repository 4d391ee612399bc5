"""Moves a session beyond repair into a folder of its own; nothing of it is deleted."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "set_aside"

_SUFFIXES = ("", "-journal", "-wal", "-shm")


def set_aside(session: Path, at: float) -> Path:
    """Move the file and its logs into a new folder; return the folder.

    The caller holds the session's lock, and the file is closed. `at` is in seconds since the epoch.
    Raises OSError.
    """
    parent = session.parent / FOLDER / session.stem
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S.%f-")
    folder = Path(tempfile.mkdtemp(prefix=stamp, dir=parent))
    # The logs move first: SQLite would play a log without its file back into the next file of that
    # name.
    for suffix in reversed(_SUFFIXES):
        source = session.with_name(session.name + suffix)
        if source.exists():
            source.rename(folder / source.name)
    return folder

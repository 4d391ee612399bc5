"""Moves a session that is beyond repair out of the way, whole, so that nothing of it is lost."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "set_aside"

_SUFFIXES = ("", "-journal", "-wal", "-shm")


def set_aside(session: Path, at: float) -> Path:
    """Move the file and its logs into a folder of their own, which is returned.

    Call with the session's lock held and the file closed. `at` is in seconds since the epoch;
    raises OSError.
    """
    parent = session.parent / FOLDER / session.stem
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S.%f-")
    folder = Path(tempfile.mkdtemp(prefix=stamp, dir=parent))
    # The logs first: a log without its file would be played back into the next one of that name.
    for suffix in reversed(_SUFFIXES):
        source = session.with_name(session.name + suffix)
        if source.exists():
            source.rename(folder / source.name)
    return folder

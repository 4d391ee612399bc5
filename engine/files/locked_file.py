"""Changes small files that several processes use: a lock beside them, and atomic replacement."""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.files.file_lock import FileLock, LockHeldError

_POLL = 0.02  # s between two tries for a lock that others hold for milliseconds


@contextlib.contextmanager
def locked(path: Path, patience: float = 5.0) -> Iterator[None]:
    """Lock `path` against other processes; blocks for at most `patience` seconds.

    Raises LockHeldError if it is held for longer, OSError if the folder is missing.
    """
    lock = FileLock(path.with_name(path.name + ".lock"))
    until = time.monotonic() + patience
    while True:
        try:
            lock.acquire()
            break
        except LockHeldError:
            if time.monotonic() > until:
                raise
            time.sleep(_POLL)
    try:
        yield
    finally:
        lock.release()


def replace_file(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, durably, readable by this user only.

    A reader, and a crash, finds either the old or the new content. Raises OSError.
    """
    descriptor, name = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix=".new", dir=path.parent
    )  # mode 0600; `files/scratch.sweep` knows the name
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(directory: Path) -> None:
    """Make the new name survive a power cut; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

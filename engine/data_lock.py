"""One engine a data directory: two would answer every message twice."""

from pathlib import Path

from engine.errors import DataDirectoryInUseError
from engine.file_lock import FileLock, LockHeldError
from engine.language import _


def hold_data_directory(directory: Path) -> FileLock:
    """Take the directory for this process; raises DataDirectoryInUseError naming who has it."""
    lock = FileLock(directory / "engine.lock")
    try:
        lock.acquire()
    except LockHeldError as error:
        raise DataDirectoryInUseError(
            _("{directory} is in use by {holder}: stop it there first.").format(
                directory=directory, holder=error.holder
            )
        ) from error
    return lock

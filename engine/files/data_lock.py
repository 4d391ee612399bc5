"""Allows one engine a data directory, since two would answer every message twice."""

from pathlib import Path

from engine.errors import DataDirectoryError, DataDirectoryInUseError, described
from engine.files.file_lock import FileLock, Holder, LockHeldError
from engine.files.private_files import UnsafeFileError
from engine.language import _

_FILE_NAME = "engine.lock"


def hold_data_directory(directory: Path) -> FileLock:
    """Lock the directory for this process; return the lock.

    Raises DataDirectoryInUseError with its holder, DataDirectoryError if it cannot be locked.
    """
    lock = FileLock(directory / _FILE_NAME)
    try:
        lock.acquire()
    except LockHeldError as error:
        raise DataDirectoryInUseError(
            _("{directory} is in use by {holder}: stop it there first.").format(
                directory=directory, holder=error.holder
            )
        ) from error
    except UnsafeFileError as error:
        raise DataDirectoryError(str(error)) from error
    except OSError as error:
        raise DataDirectoryError(
            _("The data directory {directory} cannot be used: {error}.").format(
                directory=directory, error=error.strerror or described(error).rstrip(".")
            )
        ) from error
    return lock


def holder_of(directory: Path) -> Holder | None:
    """Return the holder of the directory at this moment, or None."""
    file = directory / _FILE_NAME
    if not file.exists():
        return None
    try:
        with FileLock(file):
            return None
    except LockHeldError as error:
        return error.holder

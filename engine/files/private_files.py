"""Writes the files of a data directory, for this user only and never through a link.

A link that somebody planted would otherwise make us empty or fill its target. Files that a person
writes and we only read may be links: see `files/small_files`.
"""

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path
from typing import Final

from engine.errors import GavatcoreError
from engine.language import _

_NO_LINK: Final[int] = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHERS: Final = 0o077  # permissions of others than the owner
_SQLITE: Final = ("", "-journal", "-wal", "-shm")


class UnsafeFileError(GavatcoreError, OSError):
    """Something unsafe lies where we write; `str()` says what and where."""


def open_private(file: str | Path, flags: int) -> int:
    """Open a file for writing, for this user only; an opener for `open`. Returns a descriptor.

    Raises UnsafeFileError if it is a link or no regular file, and OSError.
    """
    try:
        descriptor = os.open(file, flags | _NO_LINK, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:  # a link, or a fifo without a reader
            raise _unsafe(Path(file)) from error
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise _unsafe(Path(file))
    if _is_open_to_others(status):
        os.fchmod(descriptor, 0o600)
    return descriptor


def create(file: Path) -> None:
    """Create an empty file; raises FileExistsError if anything lies there, and OSError."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def write_anew(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace `file` by `content` in one step, without waiting for the disk.

    Raises OSError; `file` is then unchanged.
    """
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(content)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def keep_private(file: Path) -> None:
    """Remove other users' permissions from `file`, if it exists.

    The file is not opened, because that would drop SQLite's locks in this process. Raises
    UnsafeFileError if it is a link or no regular file, and OSError.
    """
    try:
        status = file.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(status.st_mode):
        raise _unsafe(file)
    if _is_open_to_others(status):
        with contextlib.suppress(FileNotFoundError):  # SQLite removes its logs when it is done
            file.chmod(0o600)


def keep_database_private(file: Path, *, made: bool = False) -> None:
    """Apply `keep_private` to a SQLite file and its logs; with `made`, create a missing file."""
    for suffix in _SQLITE:
        keep_private(file.with_name(file.name + suffix))
    if made and not file.exists():
        create(file)


def _is_open_to_others(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return False
    return bool(status.st_mode & _OTHERS) and status.st_uid == os.geteuid()


def _unsafe(file: Path) -> UnsafeFileError:
    if file.is_symlink():
        return UnsafeFileError(
            _("{file} is a link, and nothing is written through one: remove it.").format(file=file)
        )
    return UnsafeFileError(
        _("{file} is not a regular file: put it out of the way.").format(file=file)
    )

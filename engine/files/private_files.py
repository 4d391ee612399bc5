"""Writes the files of a data directory: for this user alone, and through no link.

A link that somebody planted there would otherwise have us empty, or fill, what it leads to. What a
person writes and we only read may be a link: see `files/small_files`.
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
_OTHERS: Final = 0o077  # what others than the owner may do
_SQLITE: Final = ("", "-journal", "-wal", "-shm")


class UnsafeFileError(GavatcoreError, OSError):
    """Something else lies where we write; `str()` says what and where."""


def open_private(file: str | Path, flags: int) -> int:
    """Open a file to write it, for this user alone; an opener for `open`. Returns a descriptor.

    Raises UnsafeFileError if it is a link or no regular file, OSError.
    """
    try:
        descriptor = os.open(file, flags | _NO_LINK, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:  # a link; a fifo that nobody reads
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
    """Make an empty file; raises FileExistsError whatever lies there, and OSError."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def write_anew(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Put `content` in place of `file` in one step; it need not survive a power cut.

    Raises OSError; `file` is then as before.
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
    """Take from others what they may do with `file`, if it is there.

    It is never opened: that would drop the locks SQLite holds on it in this process. Raises
    UnsafeFileError if it is a link or no regular file, OSError.
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
    """As `keep_private` for a SQLite file and its logs; with `made` it is made if need be."""
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

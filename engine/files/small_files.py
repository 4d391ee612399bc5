"""Reads small files of a data directory, ours and a person's; each fault becomes a sentence.

Everything blocks for milliseconds: call it in a worker thread or before the loop runs.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from engine.errors import GavatcoreError
from engine.language import _

MOST = 1 << 20  # bytes of a small file


class SmallFileError(GavatcoreError):
    """A small file cannot be read or understood; `str()` names the file and the place in it."""


def open_regular(file: Path) -> BinaryIO:
    """Open `file` for reading bytes; the caller closes it.

    A link is followed, because a person may keep the file elsewhere. Raises FileNotFoundError, or
    SmallFileError if it is no regular file or cannot be opened.
    """
    try:
        return open(file, "rb", opener=_open)
    except FileNotFoundError as error:
        if not file.is_symlink():
            raise
        raise SmallFileError(
            _("{file} is a link to {target}, which is not there.").format(
                file=file, target=file.readlink()
            )
        ) from error
    except (OSError, ValueError) as error:  # a name with a NUL raises ValueError
        raise SmallFileError(_unreadable(file, error)) from error


def read_bytes(file: Path, most: int = MOST) -> bytes:
    """Return the contents of `file`, at most `most` bytes; raises like `open_regular`."""
    with open_regular(file) as source:
        try:
            content = source.read(most + 1)
        except OSError as error:
            raise SmallFileError(_unreadable(file, error)) from error
    if len(content) > most:
        raise SmallFileError(_("{file} is larger than {most} bytes.").format(file=file, most=most))
    return content


def read_text(file: Path, most: int = MOST) -> str:
    """Return the UTF-8 text of `file` without a byte order mark; raises like `read_bytes`."""
    content = read_bytes(file, most)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SmallFileError(
            _("{file}, line {line}: this is not UTF-8 text.").format(file=file, line=line)
        ) from error


def _open(name: str, flags: int) -> int:
    """Open a regular file; opening a fifo would wait for its writer for ever."""
    descriptor = os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise SmallFileError(_("{file} is not a regular file.").format(file=name))


def _unreadable(file: Path, error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return _("{file} cannot be read: {reason}.").format(
        file=file, reason=reason or _("its name is no file's")
    )

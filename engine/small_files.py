"""Reads the small files of a data directory, ours and a person's; each fault becomes a sentence.

Everything blocks, for milliseconds: call it in a worker thread or before the loop runs.
"""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from engine.errors import GavatcoreError
from engine.language import _

MOST = 1 << 20  # bytes of a small file

T = TypeVar("T")


class SmallFileError(GavatcoreError):
    """A small file cannot be read or understood; `str()` names the file and the place in it."""


def read_bytes(file: Path, most: int = MOST) -> bytes:
    """Return what `file` holds, at most `most` bytes.

    A link is followed, since a person may keep the file elsewhere. Raises FileNotFoundError if
    there is none, SmallFileError if it is no regular file, is too large or cannot be read.
    """
    try:
        with open(file, "rb", opener=_open) as source:
            content = source.read(most + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SmallFileError(
            _("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror)
        ) from error
    if len(content) > most:
        raise SmallFileError(_("{file} is larger than {most} bytes.").format(file=file, most=most))
    return content


def read_text(file: Path, most: int = MOST) -> str:
    """Return the UTF-8 text of `file`, without a byte order mark; raises as `read_bytes`."""
    content = read_bytes(file, most)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SmallFileError(
            _("{file}, line {line}: this is not UTF-8 text.").format(file=file, line=line)
        ) from error


def read_json(file: Path, type: type[T], most: int = MOST) -> T:  # noqa: A002 - as msgspec names it
    """Return the JSON of `file` as `type`; raises as `read_bytes`."""
    content = read_bytes(file, most)
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=type)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SmallFileError(_damaged(file)) from error


def read_toml(file: Path, most: int = MOST) -> tuple[dict[str, Any], str]:
    """Return the tables of `file` and its text, in which their lines are found.

    Raises as `read_bytes`.
    """
    text = read_text(file, most)
    try:
        return tomllib.loads(text), text
    except RecursionError as error:
        raise SmallFileError(_("{file} is nested too deeply.").format(file=file)) from error
    except ValueError as error:  # tomllib says where
        raise SmallFileError(
            _("{file} is not valid TOML: {reason}.").format(file=file, reason=error)
        ) from error


def _open(name: str, flags: int) -> int:
    """Open a regular file; a fifo would wait for ever for somebody who writes."""
    descriptor = os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise SmallFileError(_("{file} is not a regular file.").format(file=name))


def _damaged(file: Path) -> str:
    return _("{file} is damaged: put a copy back or remove it.").format(file=file)

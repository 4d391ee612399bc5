"""Reads the small files of a data directory, ours and a person's; each fault becomes a sentence.

Everything blocks, for milliseconds: call it in a worker thread or before the loop runs.
"""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import msgspec

from engine.errors import GavatcoreError
from engine.language import _
from engine.toml_places import is_too_deep, sentences
from engine.validation import find_problems

MOST = 1 << 20  # bytes of a small file

T = TypeVar("T")

_BYTE: Final = re.compile(r"\(byte (\d+)\)")  # where msgspec stopped
_LINE: Final = re.compile(r"\(at line (\d+)")  # where tomllib did


class SmallFileError(GavatcoreError):
    """A small file cannot be read or understood; `str()` names the file and the place in it."""


class DamagedFileError(SmallFileError):
    """A small file of ours does not hold what we write there."""


def open_regular(file: Path) -> BinaryIO:
    """Open `file` to read its bytes; the caller closes it.

    A link is followed, since a person may keep the file elsewhere. Raises FileNotFoundError if
    there is none, SmallFileError if it is no regular file or cannot be opened.
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
    except (OSError, ValueError) as error:  # a name with a NUL is no OSError
        raise SmallFileError(_unreadable(file, error)) from error


def read_bytes(file: Path, most: int = MOST) -> bytes:
    """Return what `file` holds, at most `most` bytes; raises as `open_regular`."""
    with open_regular(file) as source:
        try:
            content = source.read(most + 1)
        except OSError as error:
            raise SmallFileError(_unreadable(file, error)) from error
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
    """Return the JSON of `file` as `type`; raises as `read_bytes`, and DamagedFileError."""
    content = read_bytes(file, most).removeprefix(b"\xef\xbb\xbf")
    try:
        value = msgspec.json.decode(content)
        twice = _named_twice(content)
    except (ValueError, RecursionError) as error:
        found = _BYTE.search(str(error))
        line = content.count(b"\n", 0, int(found[1]) if found else None) + 1
        raise _damaged(file, _("line {line}").format(line=line)) from error
    if twice is not None:
        raise _damaged(file, _("{name} is there twice").format(name=twice))
    for problem in find_problems(value, type):
        raise _damaged(file, problem.field or _("line {line}").format(line=1))
    try:
        return msgspec.json.decode(content, type=type)
    except ValueError as error:
        raise _damaged(file, _("line {line}").format(line=1)) from error


def read_toml(file: Path, most: int = MOST) -> tuple[dict[str, Any], str]:
    """Return the tables of `file` and its text, in which their lines are found.

    Raises as `read_bytes`.
    """
    text = read_text(file, most)
    if is_too_deep(text):
        raise SmallFileError(_("{file} is nested too deeply.").format(file=file))
    try:
        return tomllib.loads(text), text
    except RecursionError as error:
        raise SmallFileError(_("{file} is nested too deeply.").format(file=file)) from error
    except ValueError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise SmallFileError(
            _("{file}, line {line}: this is not valid TOML ({reason}).").format(
                file=file, line=line, reason=_reason(error)
            )
        ) from error


def as_written(
    file: Path,
    text: str,
    value: dict[str, Any],
    type: type[T],  # noqa: A002 - as msgspec names it
    *,
    secret: bool = False,
) -> T:
    """Return the tables `value` of a person's `file` as `type`.

    Raises SmallFileError with a line for each mistake, which names the file's line and the field;
    with `secret` no text of the file is repeated.
    """
    if problems := list(find_problems(value, type, secret=secret)):
        raise SmallFileError(sentences(file, text, problems))
    return msgspec.convert(value, type)


def stripped(value: Any) -> Any:
    """`value` with no blanks around its texts, the keys of tables among them."""
    match value:
        case str():
            return value.strip()
        case list():
            return [stripped(item) for item in value]
        case dict():
            return {key.strip(): stripped(item) for key, item in value.items()}
        case _:
            return value


def _open(name: str, flags: int) -> int:
    """Open a regular file; a fifo would wait for ever for somebody who writes."""
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


def _reason(error: ValueError) -> str:
    """What tomllib found, without the place, which is said before."""
    return str(error).partition(" (at ")[0].partition(":")[0]


def _damaged(file: Path, place: str) -> DamagedFileError:
    return DamagedFileError(
        _("{file} is damaged ({place}): put a copy back or remove it.").format(
            file=file, place=place
        )
    )


def _named_twice(content: bytes) -> str | None:
    """A key that stands twice in one object: whoever reads on would lose the first."""
    import json  # noqa: PLC0415 - msgspec reads all else

    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                twice.append(name)
            seen.add(name)

    json.loads(content, object_pairs_hook=note, parse_int=str, parse_float=str)
    return twice[0] if twice else None

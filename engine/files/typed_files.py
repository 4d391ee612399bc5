"""Reads small JSON and TOML files as values of a type; each fault becomes a sentence.

Everything blocks, as in `files/small_files`, which reads the bytes.
"""

import re
import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from engine.files.small_files import MOST, SmallFileError, read_bytes, read_text
from engine.files.toml_places import is_too_deep, sentences
from engine.files.validation import find_problems
from engine.language import _

T = TypeVar("T")

_BYTE: Final = re.compile(r"\(byte (\d+)\)")  # where msgspec stopped
_LINE: Final = re.compile(r"\(at line (\d+)")  # where tomllib stopped


class DamagedFileError(SmallFileError):
    """A small file of ours has contents that we never write."""


def read_json(file: Path, type: type[T], most: int = MOST) -> T:  # noqa: A002 - as msgspec names it
    """Return the JSON of `file` as `type`; raises like `read_bytes`, and DamagedFileError."""
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
    """Return the tables of `file`, and its text for finding lines.

    Raises like `read_bytes`.
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

    Raises SmallFileError with one line for each mistake, which names the file's line and the field;
    with `secret`, no text of the file is repeated.
    """
    if problems := list(find_problems(value, type, secret=secret)):
        raise SmallFileError(sentences(file, text, problems))
    return msgspec.convert(value, type)


def stripped(value: Any) -> Any:
    """Return `value` without blanks around its texts, including the keys of tables."""
    match value:
        case str():
            return value.strip()
        case list():
            return [stripped(item) for item in value]
        case dict():
            return {key.strip(): stripped(item) for key, item in value.items()}
        case _:
            return value


def _reason(error: ValueError) -> str:
    """Return tomllib's message without the place, which is reported separately."""
    return str(error).partition(" (at ")[0].partition(":")[0]


def _damaged(file: Path, place: str) -> DamagedFileError:
    return DamagedFileError(
        _("{file} is damaged ({place}): put a copy back or remove it.").format(
            file=file, place=place
        )
    )


def _named_twice(content: bytes) -> str | None:
    """Return a key that occurs twice in one object, where the first value would be lost."""
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

"""Reads the regular expressions of the consistency guard from claims.toml."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import resources

_FILE = Path(resources.__file__).parent / "profiles" / "claims.toml"


def _numbers(parts: dict[str, list[str]]) -> dict[str, int]:
    """Return the numbers from twenty to seventy-nine by their spelling."""
    numbers: dict[str, int] = {}
    for tens, units in ((parts["tens"], parts["units"]), (parts["onlar"], parts["birler"])):
        for place, ten in enumerate(tens, 2):
            numbers[ten] = 10 * place
            for unit, word in enumerate(units, 1):
                numbers[f"{ten} {word}"] = numbers[f"{ten}-{word}"] = 10 * place + unit
    return numbers


_contents: dict[str, Any] = tomllib.loads(_FILE.read_text("utf-8"))

NUMBERS: Final = _numbers(_contents["numbers"])

_lists = {
    "person": _contents["person"],
    "bot": _contents["bot"],
    "capital": _contents["capital"],
    "number": r"\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)),
    "profession": "|".join(_contents["professions"].split()),
}


def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the compiled patterns of the list `name`."""
    return tuple(re.compile(_filled(pattern)) for pattern in _contents[name])


def alternatives(name: str) -> str:
    """Return the list `name` as one pattern, for use within others."""
    return str(_contents[name])


def words(name: str) -> tuple[str, ...]:
    """Return the words of the list `name`."""
    return tuple(_contents[name].split())


def found(compiled: Iterable[re.Pattern[str]], text: str) -> list[str]:
    """Return the text that the first groups of `compiled` matched in `text`."""
    return [match[1] for pattern in compiled for match in pattern.finditer(text)]


def _filled(pattern: str) -> str:
    for name, filling in _lists.items():
        pattern = pattern.replace(f"{{{name}}}", filling)
    return pattern

"""Loads the word lists of words.toml."""

import tomllib
from pathlib import Path
from typing import Any, Final

import resources

_FILE = Path(resources.__file__).parent / "profiles" / "words.toml"

LISTS: Final[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))


def word_set(section: str, key: str = "words") -> frozenset[str]:
    """Return the words of a list, as a set."""
    return frozenset(LISTS[section][key].split())

"""Maps everyday English words to categories: "hamster" to pets, "rent" to housing.

People ask in other words than they used before, mostly in wider ones.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import resources
from engine.replies.memory.english_forms import possible_stems

_FILE = Path(resources.__file__).parent / "words" / "categories.txt"
_WORD = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*")
_LONGEST_PHRASE = 3  # words


@functools.cache
def _categories() -> dict[str, tuple[str, ...]]:
    """Return the categories of each member."""
    found: dict[str, dict[str, None]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, _, members = line.partition(": ")
        for member in (*members.split(), *name.split()):
            found.setdefault(member.lower().replace("_", " "), {})[name] = None
    return {member: tuple(names) for member, names in found.items()}


def members() -> Iterator[str]:
    """Yield all words and phrases that belong to a category."""
    return iter(_categories())


def categories_of(english: str) -> tuple[str, ...]:
    """Return the categories of the text's words and phrases, in their order of appearance."""
    words = _WORD.findall(english.lower().replace("\u2019", "'"))
    return tuple(
        dict.fromkeys(
            name
            for at in range(len(words))
            for size in range(1, _LONGEST_PHRASE + 1)
            for name in _of(" ".join(words[at : at + size]))
        )
    )


def _of(phrase: str) -> tuple[str, ...]:
    known = _categories()
    return next((known[stem] for stem in possible_stems(phrase) if stem in known), ())


def unload() -> None:
    """Free the memory; the next text loads the list again."""
    _categories.cache_clear()

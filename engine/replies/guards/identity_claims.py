"""Compares what an answer says of nature, name, age, city and work with the character sheet."""

from collections.abc import Iterator
from typing import Final

from engine.replies.guards.claim_patterns import NUMBERS, found, patterns, words
from engine.replies.personas.persona import PersonaProfile
from engine.replies.text.likeness import fold
from engine.replies.text.sentences import Sentence

_DENIALS: Final = patterns("denials")
_NAMES: Final = patterns("own_names")
_NO_NAMES: Final = frozenset(words("no_names"))
_AGES: Final = patterns("ages")
_CITIES: Final = patterns("cities")
_WORKS: Final = patterns("works")


def identity_contradictions(
    sentence: Sentence, profile: PersonaProfile, name: str, sheet: str
) -> Iterator[str]:
    """Yield the mistakes in `sentence` for the next try; `sheet` is the folded character sheet."""
    if any(pattern.search(sentence.folded) for pattern in _DENIALS):
        yield "it denied being a bot"
    if any(not _is(claimed, name) for claimed in found(_NAMES, sentence.text)):
        yield f"the name is {name}"
    if any(_number(claimed) != profile.age for claimed in found(_AGES, sentence.folded)):
        yield f"the age is {profile.age}" if profile.age else "the character has no age"
    if any(not _in_sheet(fold(claimed), sheet) for claimed in found(_CITIES, sentence.text)):
        yield f"the city is {profile.city}" if profile.city else "the character has no city"
    if any(not _in_sheet(claimed, sheet) for claimed in found(_WORKS, sentence.folded)):
        yield f"the work is {profile.work}" if profile.work else "the character has no trade"


def _is(claimed: str, name: str) -> bool:
    folded = fold(claimed)
    return folded in _NO_NAMES or any(folded.startswith(part) for part in fold(name).split())


def _number(claimed: str) -> int:
    return int(claimed) if claimed.isdigit() else NUMBERS[claimed]


def _in_sheet(word: str, sheet: str) -> bool:
    """Return True if the sheet contains the word; its last letters may be an ending."""
    return word[: max(4, len(word) - 3)] in sheet

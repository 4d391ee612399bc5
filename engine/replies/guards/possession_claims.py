"""Compares what an answer says the character has, sold or never had with its sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.replies.guards.claim_patterns import alternatives, words
from engine.replies.personas.persona import Persona
from engine.replies.text.likeness import fold
from engine.replies.text.sentences import Sentence, any_of

_ENGLISH_SELF: Final = re.compile(r"\b(?:i|my|mine|me|im|ive)\b")
_SELF: Final = re.compile(
    r"\b(?:i|my|mine|me|im|ive|ben|benim|bende|bana)\b|\w(?:[aeiu]m|yorum|[iu]m[iu]z)\b"
)
_NOT_HAVING_ENGLISH: Final = alternatives("not_having_english")
_NOT_HAVING_TURKISH: Final = alternatives("not_having_turkish")
_HAVING_ENGLISH: Final = alternatives("having_english")
_HAVING_TURKISH: Final = alternatives("having_turkish")
_HAVING: Final = re.compile(rf"\b(?:{_HAVING_ENGLISH}|{_HAVING_TURKISH})\b")
_NUMBER: Final = r"\d+(?:[.,]\d+)?"


@dataclass(frozen=True, slots=True)
class _Thing:
    """A possession or fact of the character, with the patterns that recognise it."""

    named: re.Pattern[str]
    denied_in_english: re.Pattern[str]
    denied_in_turkish: re.Pattern[str]
    counted: re.Pattern[str]
    numbers: frozenset[str]  # numbers that may stand before it
    value: tuple[str, ...]  # stems of the fact's words; empty for possessions
    correction: str


class PossessionClaims:
    """Checks one persona; slow to build (some 20 ms), fast to use."""

    def __init__(self, persona: Persona, sheet: str) -> None:
        """Build the patterns; `sheet` is the folded character sheet."""
        self._sheet = sheet
        self._holdings = tuple(
            _thing(
                (holding.name, *holding.words),
                f"it has {holding.name}" + (f", {holding.amount}" if holding.amount else ""),
                amount=holding.amount or "",
            )
            for holding in persona.holdings
        )
        self._facts = tuple(
            _thing(fact.words, f"{fact.name} is {fact.value}", value=fact.value)
            for fact in persona.facts
        )
        self._invented = _invented(sheet)

    def contradictions(self, sentence: Sentence) -> Iterator[str]:
        """Yield the mistakes in `sentence` for the next try."""
        text = sentence.folded
        if sentence.asks or not _SELF.search(text):
            return
        for thing in self._holdings:
            if _denies(text, thing) or _tells_another_amount(text, thing):
                yield thing.correction
        for thing in self._facts:
            if _denies(text, thing) or self._tells_another_value(sentence, thing):
                yield thing.correction
        if self._invented.search(text):
            yield "it has nothing but what the sheet says"

    def _tells_another_value(self, sentence: Sentence, fact: _Thing) -> bool:
        """Return True if it claims something that is neither the fact's value nor on the sheet."""
        if not fact.named.search(sentence.folded):
            return False
        if any(part in sentence.folded for part in fact.value):
            return False
        return any(name[: max(4, len(name) - 3)] not in self._sheet for name in sentence.names())


def _thing(names: tuple[str, ...], correction: str, amount: str = "", value: str = "") -> _Thing:
    named = any_of(names)
    return _Thing(
        named=re.compile(named),
        denied_in_english=re.compile(rf"\b{_NOT_HAVING_ENGLISH}\b(?:\W+[\w']+){{0,5}}?\W+{named}"),
        denied_in_turkish=re.compile(rf"{named}(?:\W+\w+){{0,4}}?\W+{_NOT_HAVING_TURKISH}\b"),
        counted=re.compile(rf"({_NUMBER})(?: \w+)? {named}"),
        numbers=frozenset(number.replace(",", ".") for number in re.findall(_NUMBER, amount)),
        value=tuple(part[:4] for part in fold(value).split() if len(part) > 2),
        correction=correction,
    )


def _invented(sheet: str) -> re.Pattern[str]:
    """Return a pattern for claims to common possessions that are not on the sheet."""
    absent = [thing for thing in words("things") if not re.search(rf"\b{thing}", sheet)]
    anything = "|".join(absent) or "(?!)"
    inflected = "|".join(thing for thing in absent if thing.endswith("m")) or "(?!)"
    return re.compile(
        rf"\b{_HAVING_ENGLISH}(?: [\w']+){{0,3}}? (?:{anything})s?\b"
        rf"|\b(?:{anything})(?:'?[a-z]{{0,5}})(?: \w+){{0,2}} {_HAVING_TURKISH}\b"
        rf"|\b(?:{inflected})\b"  # as in "kocam", where the ending means "my"
    )


def _denies(text: str, thing: _Thing) -> bool:
    if _ENGLISH_SELF.search(text) and thing.denied_in_english.search(text):
        return True
    return thing.denied_in_turkish.search(text) is not None


def _tells_another_amount(text: str, thing: _Thing) -> bool:
    if not _HAVING.search(text):
        return False
    claimed = thing.counted.findall(text)
    return any(number.replace(",", ".") not in thing.numbers for number in claimed)

"""Finds answers that take the opposite side of one of the character's stances."""

import re
from collections.abc import Iterator
from typing import Final

from engine.replies.guards.claim_patterns import alternatives
from engine.replies.personas.persona import Position, Stance
from engine.replies.text.sentences import Sentence, any_of

_GAP: Final = r"(?:(?:\W+[\w']+){0,4}?\W+)"
_IS: Final = r"(?:is|are|was|were|'s|looks?|seems?|can be)"
_NEGATED: Final = re.compile(alternatives("negated"))
_NO_NEGATION: Final = "can't get enough"
_BAD: Final = alternatives("bad_english")
_NOT_BAD: Final = re.compile(rf"\b(?:isn't|aren't|is not|are not|never) {_BAD}|\bdegil")


class StanceClaims:
    """Checks one persona; slow to build (some 10 ms), fast to use."""

    def __init__(self, stances: tuple[Stance, ...]) -> None:
        self._opposed = [
            (_praise(stance), f"it is against {stance.topic}", _is_negated)
            for stance in stances
            if stance.position is Position.AGAINST
        ] + [
            (_blame(stance), f"it is for {stance.topic}", _is_excused)
            for stance in stances
            if stance.position is Position.FOR
        ]

    def contradictions(self, sentence: Sentence) -> Iterator[str]:
        """Yield the mistakes in `sentence` for the next try."""
        if sentence.asks:
            return
        for judgement, correction, turned_round in self._opposed:
            if judgement.search(sentence.folded) and not turned_round(sentence.folded):
                yield correction


def _is_negated(text: str) -> bool:
    return _NEGATED.search(text.replace(_NO_NEGATION, "")) is not None


def _is_excused(text: str) -> bool:
    return _NOT_BAD.search(text) is not None


def _praise(stance: Stance) -> re.Pattern[str]:
    return _judgement(stance, "liking_english", "good_english", "liking_turkish")


def _blame(stance: Stance) -> re.Pattern[str]:
    return _judgement(stance, "disliking_english", "bad_english", "disliking_turkish")


def _judgement(stance: Stance, feeling: str, quality: str, turkish: str) -> re.Pattern[str]:
    """Return the pattern of a sentence that judges the topic of a stance.

    In English the words for a `feeling` precede the topic and those for a `quality` follow it; in
    Turkish the words for either follow it.
    """
    named = any_of((stance.topic, *stance.words))
    return re.compile(
        rf"\b{alternatives(feeling)}{_GAP}{named}"
        rf"|{named}{_GAP}{_IS}{_GAP}{alternatives(quality)}\b"
        rf"|{named}(?:'s)?{_GAP}{alternatives(turkish)}\b"
    )

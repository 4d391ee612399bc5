"""Checks an answer against its persona: it must not contradict the character sheet."""

from collections.abc import Iterator

from engine.replies.guards.identity_claims import identity_contradictions
from engine.replies.guards.possession_claims import PossessionClaims
from engine.replies.guards.stance_claims import StanceClaims
from engine.replies.personas.persona import Persona
from engine.replies.prompt_builder import character_sheet
from engine.replies.text.likeness import fold
from engine.replies.text.sentences import sentences

_MOST_LETTERS = 4_096


class ConsistencyGuard:
    """Checks one persona in a bot of one name; compiling its patterns takes some 30 ms."""

    def __init__(self, persona: Persona, name: str) -> None:
        self._profile = persona.profile
        self._name = name
        self._sheet = fold(character_sheet(persona, name))
        self._possessions = PossessionClaims(persona, self._sheet)
        self._stances = StanceClaims(persona.stances)

    def contradictions(self, answer: str) -> tuple[str, ...]:
        """Return the mistakes in `answer` as notes for the next try; empty if there are none."""
        return tuple(dict.fromkeys(self._found(answer[:_MOST_LETTERS])))

    def _found(self, answer: str) -> Iterator[str]:
        for sentence in sentences(answer):
            yield from identity_contradictions(sentence, self._profile, self._name, self._sheet)
            yield from self._possessions.contradictions(sentence)
            yield from self._stances.contradictions(sentence)

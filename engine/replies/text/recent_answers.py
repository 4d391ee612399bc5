"""A chat's last answers, so that a bot does not say the same thing again and again."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from engine.replies.text.likeness import likeness, normalise, trigrams

LAST = 50  # answers of a chat that are remembered
_LETTERS = 300  # of an answer that are compared
_ALIKE = 0.8  # likeness from which two answers are near duplicates


@dataclass(frozen=True, slots=True)
class _Said:
    text: str  # normalised
    trigrams: frozenset[str]


class RecentAnswers:
    """One chat's, the newest last."""

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self._said: deque[_Said] = deque(maxlen=LAST)
        for answer in answers:
            self.add(answer)

    def add(self, answer: str) -> None:
        text = normalise(answer[:_LETTERS])
        self._said.append(_Said(text, trigrams(text)))

    def age(self, answer: str) -> int | None:
        """How many answers ago the same was said, 0 the last one; None: not within LAST."""
        text = normalise(answer[:_LETTERS])
        for age, said in enumerate(reversed(self._said)):
            if said.text == text:
                return age
        return None

    def is_near(self, answer: str) -> bool:
        """Whether nearly the same was said; takes some 0.2 ms."""
        asked = trigrams(normalise(answer[:_LETTERS]))
        return any(likeness(said.trigrams, asked) >= _ALIKE for said in self._said)

    def texts(self, count: int) -> tuple[str, ...]:
        """The last `count` answers, as they are compared."""
        return tuple(said.text for said in list(self._said)[-count:])

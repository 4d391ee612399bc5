"""Keeps a chat's last answers, so that a bot does not repeat itself."""

from collections import deque
from collections.abc import Iterable
from functools import cached_property

from engine.replies.text.likeness import likeness, normalise, trigrams

LAST = 50  # answers remembered for each chat
_LETTERS = 300  # letters of an answer that are compared
_ALIKE = 0.8  # likeness above which two answers are near duplicates


class _Said:
    """An answer, `text` normalised; its trigrams are found when something is compared with it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def trigrams(self) -> frozenset[str]:
        return trigrams(self.text)


class RecentAnswers:
    """The last answers in one chat, newest last."""

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self._said: deque[_Said] = deque(maxlen=LAST)
        for answer in answers:
            self.add(answer)

    def add(self, answer: str) -> None:
        """Add the newest answer."""
        self._said.append(_Said(normalise(answer[:_LETTERS])))

    def age(self, answer: str) -> int | None:
        """Return how many answers ago the same was said, 0 for the last; None if not in LAST."""
        text = normalise(answer[:_LETTERS])
        for age, said in enumerate(reversed(self._said)):
            if said.text == text:
                return age
        return None

    def is_near(self, answer: str) -> bool:
        """Return True if nearly the same was said; takes some 0.2 ms."""
        asked = trigrams(normalise(answer[:_LETTERS]))
        return any(likeness(said.trigrams, asked) >= _ALIKE for said in self._said)

    def texts(self, count: int) -> tuple[str, ...]:
        """Return the last `count` answers in normalised form."""
        return tuple(said.text for said in list(self._said)[-count:])

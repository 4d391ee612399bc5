"""Detects that an answer repeats what a chat heard lately: exactly, nearly, or reworded."""

import enum
from collections import OrderedDict
from typing import Any

from engine.replies.memory.encoder import Encoder
from engine.replies.text.likeness import normalise
from engine.replies.text.recent_answers import RecentAnswers

_SAME_MEANING = 0.85  # cosine similarity; paraphrases measured 0.67 to 0.76, rewordings above 0.9
_COMPARED = 8  # last answers that are compared by meaning
_VECTORS = 2_048  # vectors kept, 2 KiB each


class Duplicate(enum.StrEnum):
    """The kind of repetition."""

    EXACT = "exact"
    NEAR = "near"
    SEMANTIC = "semantic"


class DuplicateDetector:
    """Finds repetitions; without an encoder it compares letters only."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._vectors: OrderedDict[str, Any] = OrderedDict()

    async def find(self, answer: str, said: RecentAnswers) -> Duplicate | None:
        """Return how `answer` repeats one of `said`, or None."""
        if said.age(answer) is not None:
            return Duplicate.EXACT
        if said.is_near(answer):
            return Duplicate.NEAR
        if self._encoder is not None and await self._means_the_same(self._encoder, answer, said):
            return Duplicate.SEMANTIC
        return None

    async def _means_the_same(self, encoder: Encoder, answer: str, said: RecentAnswers) -> bool:
        earlier = said.texts(_COMPARED)
        texts = (normalise(answer), *earlier)
        missing = [text for text in texts if text not in self._vectors]
        if missing:
            vectors = await encoder.encode(missing)
            self._vectors.update(zip(missing, vectors, strict=True))
        own = self._vectors[texts[0]]
        found = any(float(own @ self._vectors[text]) >= _SAME_MEANING for text in earlier)
        while len(self._vectors) > _VECTORS:
            self._vectors.popitem(last=False)
        return found

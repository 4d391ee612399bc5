"""Chooses a topic: one that people mention, else one that was not used lately."""

import random
import re
from collections import deque
from collections.abc import Sequence

from engine.replies.personas.persona import Persona, Topic
from engine.replies.text.likeness import fold

_REMEMBERED = 5  # recent topics of a chat that the bot does not begin again

_chance = random.Random()  # noqa: S311 - variety, not secrecy


class TopicSelector:
    """Chooses topics for one persona."""

    def __init__(self, persona: Persona) -> None:
        self._topics = _topics(persona)
        self._keys = [tuple(tuple(_words(word)) for word in topic.words) for topic in self._topics]

    def mentioned(self, texts: Sequence[str]) -> Topic | None:
        """Return the topic mentioned most in `texts`; the last (newest) text counts most."""
        best, most = None, 0.0
        spoken = [_words(text) for text in texts]
        for topic, keys in zip(self._topics, self._keys, strict=True):
            score = sum(
                (age + 1) / len(spoken)
                for age, said in enumerate(spoken)
                if any(_holds(said, key) for key in keys)
            )
            if score > most:
                best, most = topic, score
        return best

    def choose(self, texts: Sequence[str], lately: deque[str]) -> Topic | None:
        """Choose a topic: a mentioned one, else one not in `lately`, to which it is added."""
        topic = self.mentioned(texts)
        if topic is None:
            fresh = [one for one in self._topics if one.name not in lately]
            topic = _chance.choice(fresh or self._topics) if self._topics else None
        if topic is not None:
            lately.append(topic.name)
            while len(lately) > min(_REMEMBERED, len(self._topics) - 1):
                lately.popleft()
        return topic


def _topics(persona: Persona) -> list[Topic]:
    """Return the persona's topics, stances and possessions as topics."""
    return [
        *persona.topics,
        *(Topic(name=stance.topic, words=stance.words) for stance in persona.stances),
        *(Topic(name=holding.name, words=holding.words) for holding in persona.holdings),
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _holds(said: Sequence[str], key: tuple[str, ...]) -> bool:
    """Return True if `said` holds `key` in a row; its last word may have Turkish endings."""
    size = len(key)
    return any(
        tuple(said[at : at + size - 1]) == key[:-1] and _inflects(said[at + size - 1], key[-1])
        for at in range(len(said) - size + 1)
    )


def _inflects(word: str, stem: str) -> bool:
    return word == stem or (len(stem) >= 4 and word.startswith(stem) and len(word) <= len(stem) + 6)

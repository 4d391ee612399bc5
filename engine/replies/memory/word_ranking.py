"""How much of what is remembered bears on a question, told by words alone: a text is read once."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.replies.memory import categories, turkish, word_vectors
from engine.replies.memory.lexical import rank, terms_of
from engine.replies.memory.reading import Reading, read
from engine.replies.memory.word_vectors import likeness, vector_of

_SHARED_WEIGHT = 0.2  # of the words shared, beside the likeness of all


@dataclass(frozen=True, slots=True)
class Indexed:
    """A text ready to be compared; some 6 kB."""

    reading: Reading
    terms: frozenset[str]
    vector: Sequence[float]


@dataclass(frozen=True, slots=True)
class Common:
    """What a text has in common with a question."""

    shared: float  # words, beside the text that shares most: 0 to 1
    alike: float  # -1 to 1

    @property
    def score(self) -> float:
        return self.alike + _SHARED_WEIGHT * self.shared


def index(text: str) -> Indexed:
    """Some 0.4 ms; of a long text, the beginning."""
    reading = read(text)
    return Indexed(reading, terms_of(reading), vector_of(reading.english or reading.typed))


def compare(asked: Indexed, texts: Sequence[Indexed]) -> list[Common]:
    """Each text with the question; 15 µs a text."""
    shared = rank(asked.terms, [text.terms for text in texts])
    most = max(shared, default=0.0) or 1.0
    return [
        Common(score / most, likeness(asked.vector, text.vector))
        for score, text in zip(shared, texts, strict=True)
    ]


def unload() -> None:
    """Give back the memory of all word lists; the next text loads them again."""
    for words in (categories, turkish, word_vectors):
        words.unload()

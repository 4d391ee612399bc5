"""How a text is read before it is compared: as typed, in English, and by its categories."""

from dataclasses import dataclass

from engine.replies.memory.categories import categories_of
from engine.replies.memory.turkish import in_english
from engine.replies.text.language_detection import is_turkish

_MOST_LETTERS = 1_000  # of a text that are read


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one text; any but `typed` may be empty."""

    typed: str
    english: str
    categories: tuple[str, ...]


def read(text: str) -> Reading:
    """Some 0.2 ms a text; of a long one, the beginning."""
    text = text[:_MOST_LETTERS]
    english = in_english(text) if is_turkish(text) else _plain(text)
    return Reading(text, english, categories_of(english))


def _plain(english: str) -> str:
    """A question looks more like a statement without its capital and its mark."""
    return english.lower().rstrip("?!. ")

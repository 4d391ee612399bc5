"""Whether a message stands for itself, so that its answer may be shared between people.

The prompt for such a message holds the persona and the question alone: no history, no memory.
So its answer cannot tell one person what another said, whatever the provider does.
"""

import re
from typing import Final

from engine.replies.canonical import FILLERS
from engine.replies.text import fold
from engine.replies.word_lists import LISTS, word_set

_MOST_LETTERS = 200
_FEWEST_WORDS = 3  # fewer mostly lean on what was said before: "and tomorrow?"
_WORD = re.compile(r"[^\W_]+")
_LEANING_ON_TALK: Final = word_set("leaning", "talk")
_LEANING: Final = _LEANING_ON_TALK | word_set("leaning", "person")
_OPENINGS: Final = tuple(LISTS["leaning"]["openings"])
_ENGLISH_ASKING: Final = word_set("asking", "english")
_TURKISH_ASKING: Final = word_set("asking", "turkish")
_ANYBODY = re.compile(
    r"^(?:how|where|what|which|when|can|may|should)\b.*?\b(?:do|can|should|could|may) i\b|^can i\b"
)
_NAME = re.compile(r"(?<=[^\W\d_.!?] )[^\W\d_a-zçğıöşü][a-zçğıöşü]{2,}")
_PERSONAL = re.compile(r"\d{5,}|@\w+|https?://|[^\W\d_]+\d+|\d+[^\W\d_]{3,}")


def stands_alone(text: str) -> bool:
    """Whether `text` asks something that needs neither its chat nor its asker to be understood."""
    if len(text) > _MOST_LETTERS or _PERSONAL.search(text):
        return False
    bare = " ".join(word for word in _WORD.findall(fold(text)) if word not in FILLERS)
    words = _WORD.findall(_ANYBODY.sub("how", bare))  # "how do I" is anybody's question
    if bare.startswith(_OPENINGS) or not _LEANING.isdisjoint(words) or not _asks(text, words):
        return False
    return bare.count(" ") + 1 >= _FEWEST_WORDS or _names_its_subject(words)


def refers_back(text: str) -> bool:
    """Whether `text` speaks of what was said before."""
    folded = fold(text)
    return folded.startswith(_OPENINGS) or not _LEANING_ON_TALK.isdisjoint(_WORD.findall(folded))


def is_impersonal(text: str) -> bool:
    """Whether nothing in `text` tells who wrote it, or asks it: no name, number or address."""
    if len(text) > _MOST_LETTERS or refers_back(text):
        return False
    return not (_PERSONAL.search(text) or _NAME.search(text))


def asks_in_words(text: str) -> bool:
    """Whether `text` is a question even without its mark."""
    return _ask(_WORD.findall(fold(text)))


def _asks(text: str, words: list[str]) -> bool:
    return "?" in text or _ask(words)


def _ask(words: list[str]) -> bool:
    if not _TURKISH_ASKING.isdisjoint(words):
        return True
    first = next((word for word in words if word not in FILLERS), None)
    return first in _ENGLISH_ASKING


def _names_its_subject(words: list[str]) -> bool:
    """As "fiyat nedir" does, in two words; a closing m is mostly "my", as in "kargom"."""
    return len(words) == 2 and any(
        len(word) >= 5 and not word.endswith("m") and word not in _TURKISH_ASKING for word in words
    )

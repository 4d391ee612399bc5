"""Whether a message stands for itself, so that its answer may be shared between people.

The prompt for such a message holds the persona and the question alone: no history, no memory.
So its answer cannot tell one person what another said, whatever the provider does.
"""

import re
from typing import Final

from engine.replies.text.canonical import words
from engine.replies.text.likeness import fold
from engine.replies.text.politeness import (
    ENGLISH_ASKING,
    NO_SUBJECT,
    TURKISH_ASKING,
    without_politeness,
)
from engine.replies.text.word_lists import LISTS, word_set

_MOST_LETTERS = 200
_FEWEST_WORDS = 3  # fewer mostly lean on what was said before: "and tomorrow?"
_WORD = re.compile(r"[^\W_]+")
_LEANING_ON_TALK: Final = word_set("leaning", "talk")
_LEANING: Final = _LEANING_ON_TALK | word_set("leaning", "person")
_OPENINGS: Final = tuple(LISTS["leaning"]["openings"])
_ANYBODY = re.compile(
    r"^(?:how|where|what|which|when|can|may|should)\b.*?\b(?:do|can|should|could|may) i\b|^can i\b"
)
_NAME = re.compile(r"(?<=[^\W\d_.!?] )[^\W\d_a-zçğıöşü][a-zçğıöşü]{2,}")
_PERSONAL = re.compile(r"\d{5,}|@\w+|https?://|[^\W\d_]+\d+|\d+[^\W\d_]{3,}")


def stands_alone(text: str) -> bool:
    """Whether `text` asks something that needs neither its chat nor its asker to be understood."""
    if len(text) > _MOST_LETTERS or _PERSONAL.search(text):
        return False
    bare = " ".join(_bare(text))
    said = _ANYBODY.sub("how", bare).split()  # "how do I" is anybody's question
    if bare.startswith(_OPENINGS) or not _LEANING.isdisjoint(said) or not _asks(text, said):
        return False
    return bare.count(" ") + 1 >= _FEWEST_WORDS or _names_its_subject(said)


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
    return _ask(_bare(text))


def _bare(text: str) -> list[str]:
    return [word for word in without_politeness(words(text)) if word[0].isalnum()]


def _asks(text: str, said: list[str]) -> bool:
    return "?" in text or _ask(said)


def _ask(said: list[str]) -> bool:
    return bool(said) and (said[0] in ENGLISH_ASKING or not TURKISH_ASKING.isdisjoint(said))


def _names_its_subject(said: list[str]) -> bool:
    """As "fiyat nedir" does, in two words; a closing m is mostly "my", as in "kargom"."""
    return len(said) == 2 and any(
        len(word) >= 5 and not word.endswith("m") and word not in NO_SUBJECT for word in said
    )

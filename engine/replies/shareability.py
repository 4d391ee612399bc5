"""Decides whether a message stands alone, so that its answer may be shared between people.

The prompt of such a message holds only the persona and the question, no history and no memory. So
its answer cannot tell one person what another said, whatever the provider does.
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
_FEWEST_WORDS = 3  # shorter ones mostly refer to what was said before: "and tomorrow?"
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
    """Return True if `text` is a question that can be understood without its chat and its asker."""
    if len(text) > _MOST_LETTERS or _PERSONAL.search(text):
        return False
    bare = " ".join(_bare(text))
    said = _ANYBODY.sub("how", bare).split()  # "how do I" is a general question
    if bare.startswith(_OPENINGS) or not _LEANING.isdisjoint(said) or not _asks(text, said):
        return False
    return bare.count(" ") + 1 >= _FEWEST_WORDS or _names_its_subject(said)


def refers_back(text: str) -> bool:
    """Return True if `text` refers to what was said before."""
    folded = fold(text)
    return folded.startswith(_OPENINGS) or not _LEANING_ON_TALK.isdisjoint(_WORD.findall(folded))


def is_impersonal(text: str) -> bool:
    """Return True if `text` reveals nothing about its writer: no name, number or address."""
    if len(text) > _MOST_LETTERS or refers_back(text):
        return False
    return not (_PERSONAL.search(text) or _NAME.search(text))


def asks_in_words(text: str) -> bool:
    """Return True if `text` is a question even without a question mark."""
    return _ask(_bare(text))


def _bare(text: str) -> list[str]:
    return [word for word in without_politeness(words(text)) if word[0].isalnum()]


def _asks(text: str, said: list[str]) -> bool:
    return "?" in text or _ask(said)


def _ask(said: list[str]) -> bool:
    return bool(said) and (said[0] in ENGLISH_ASKING or not TURKISH_ASKING.isdisjoint(said))


def _names_its_subject(said: list[str]) -> bool:
    """Return True for two words that name a subject, as "fiyat nedir"; a final m means "my"."""
    return len(said) == 2 and any(
        len(word) >= 5 and not word.endswith("m") and word not in NO_SUBJECT for word in said
    )

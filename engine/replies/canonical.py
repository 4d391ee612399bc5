"""The form in which questions that mean the same are equal, and those that do not never are.

Only what cannot change a meaning is taken out: letter case, missing Turkish marks, politeness,
forms of address, stretched words, two letters swapped within a long word. Negations, numbers,
names, order, signs and telling emoji stay, so "is BTC up?" and "is BTC down?" are apart, and so
are "açılıyor" and "açılmıyor". Nothing here measures distance: an inflected language turns a
meaning round with one letter.
"""

import re
import unicodedata
from typing import Final

from engine.replies.text import fold
from engine.replies.word_lists import LISTS, word_set

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[^\s\w]|_")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_MEANINGLESS = frozenset(".,!;:\"'()[]…_?¿¡*~`") | frozenset("🙂😊🙏😀😃😄😁😉🤗❤️👋☺")
FILLERS: Final = word_set("fillers")
_SAME: Final[dict[str, str]] = LISTS["same"]
_VOWELS = "aeiou"
_LONG = 8  # letters from which a swap of two is a slip rather than another word


def canonical(text: str) -> str:
    """The form to compare by; empty if the text holds nothing but politeness."""
    kept = " ".join(_slip_proof(word) for word in words(text) if word not in FILLERS)
    return f"{kept} ?" if kept and "?" in text else kept


def words(text: str) -> list[str]:
    """The words and telling signs of `text`, fillers too, however spelled and stretched."""
    found: list[str] = []
    for token in _TOKEN.findall(fold(_STRETCHED.sub(r"\1", text))):
        if token not in _MEANINGLESS and not _is_mark(token):
            found.extend(_plain(token).split())
    return found


def _plain(token: str) -> str:
    if token in _SAME:
        return _SAME[token]
    if token.endswith("n't"):
        return f"{token[:-3]} not"
    return token.replace("'", "")


def _slip_proof(word: str) -> str:
    """A long word with its inner vowels behind its inner consonants, and doubles single.

    So a consonant and a vowel that changed places make no difference ("tomrorow"), while
    "conversation" and "conservation" stay apart.
    """
    if len(word) < _LONG or not word.isalpha():
        return word
    inner = sorted(word[1:-1], key=lambda letter: letter in _VOWELS)  # keeps each kind's order
    return word[0] + re.sub(r"([^aeiou])\1", r"\1", "".join(inner)) + word[-1]


def _is_mark(token: str) -> bool:
    """What only changes how the sign before it looks."""
    return unicodedata.category(token[0]) in {"Mn", "Cf", "Sk"}

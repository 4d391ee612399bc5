"""Brings questions into a form that is equal for equal meanings, and only for those.

It removes only what cannot change a meaning: letter case, missing Turkish marks, politeness, forms
of address, stretched words, two letters swapped within a long word. Negations, numbers, names,
order, signs and telling emoji stay, so "is BTC up?" and "is BTC down?" differ, and so do "açılıyor"
and "açılmıyor". Nothing here measures distance: in an inflected language one letter can reverse a
meaning.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from engine.replies.text.likeness import fold
from engine.replies.text.politeness import about_words, without_politeness
from engine.replies.text.word_lists import LISTS, word_set

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[^\s\w]|_")
_EMOTICON = re.compile(r"(?<!\w)[:;][-']?[dp]+(?!\w)|\^_*\^|<3+(?!\w)", re.IGNORECASE)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_MEANINGLESS = frozenset(".,!;:\"'()[]…_?¿¡*~`") | frozenset("🙂😊🙏😀😃😄😁😉🤗❤️👋☺")
_KNOWN: Final = word_set("english") | word_set("turkish")
_SAME: Final[dict[str, str]] = LISTS["same"]
_SAME_PHRASES = tuple(key for key in _SAME if " " in key)
_SPOKEN = re.compile(r"(.+[iu]yo)(m|z|sun(?:uz)?|lar|)")  # "geliyom", "geliyosun"
_GLUED = re.compile(  # "geliyormu", "gelecekmisin", "bilirmisin"
    r"(.{2,}(?:[iu]yor?|acak|ecek|[iuae]r(?=m.s)|m[ae]z(?=m.s)))(m[iu](?:s[iu]n(?:[iu]z)?|y[iu][mz])?)"
)
_VOWELS = "aeiou"
_LONG = 8  # letters above which a swap of two is a slip and not another word


def canonical(text: str) -> str:
    """Return the form to compare; empty if the text holds only politeness."""
    said = words(text)
    kept = without_politeness(said)
    if kept and about_words(said, kept):
        kept = said
    form = " ".join(map(_slip_proof, kept))
    return f"{form} ?" if form and "?" in text else form


def words(text: str) -> list[str]:
    """Return all words and telling signs of `text`, politeness included, in one spelling."""
    tokens = _TOKEN.findall(_EMOTICON.sub(" ", fold(text)))
    plain = " ".join(filter(None, map(_plain, tokens)))
    for phrase in _SAME_PHRASES:
        if phrase in plain:
            plain = re.sub(rf"(?<!\S){phrase}(?!\S)", _SAME[phrase], plain)
    return plain.split()


@lru_cache(maxsize=4_096)  # people use the same words, and phrasebooks are full of them
def _plain(token: str) -> str:
    """Return the token's form for comparison; empty if it means nothing."""
    if token in _MEANINGLESS or _is_mark(token):
        return ""
    token = _unstretched(token)
    if token in _SAME:
        return _SAME[token]
    if token.endswith("n't"):
        return f"{token[:-3]} not"
    glued = _GLUED.fullmatch(token)
    if glued is not None:
        return f"{_written(glued[1])} {glued[2]}"
    return _written(token.replace("'", ""))


def _written(token: str) -> str:
    """Return the present tense in its written form: "geliyorum" for "geliyom"."""
    spoken = _SPOKEN.fullmatch(token)
    if spoken is None:
        return token
    stem, person = spoken.groups()
    return f"{stem}r{'u' if person in {'m', 'z'} else ''}{person}"


def _unstretched(token: str) -> str:
    """Return the word unstretched: "good" for "gooood", "hi" for "hiiii"."""
    doubled = _STRETCHED.sub(r"\1\1", token)
    return doubled if doubled in _KNOWN else _STRETCHED.sub(r"\1", token)


def _slip_proof(word: str) -> str:
    """Return a long word with inner consonants before inner vowels, and doubles single.

    So a swapped consonant and vowel make no difference ("tomrorow"), while "conversation" and
    "conservation" stay different.
    """
    if len(word) < _LONG or not word.isalpha():
        return word
    inner = sorted(word[1:-1], key=lambda letter: letter in _VOWELS)  # keeps each kind's order
    return word[0] + re.sub(r"([^aeiou])\1", r"\1", "".join(inner)) + word[-1]


def _is_mark(token: str) -> bool:
    """Return True for a character that only changes the look of the one before it."""
    return unicodedata.category(token[0]) in {"Mn", "Cf", "Sk"}

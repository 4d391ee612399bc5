"""The form in which questions that mean the same are equal, and those that do not never are.

Only what cannot change a meaning is taken out: letter case, missing Turkish marks, politeness,
forms of address, stretched words, two letters swapped within a long word. Negations, numbers,
names, order, signs and telling emoji stay, so "is BTC up?" and "is BTC down?" are apart, and so
are "açılıyor" and "açılmıyor". Nothing here measures distance: an inflected language turns a
meaning round with one letter.
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
_LONG = 8  # letters from which a swap of two is a slip rather than another word


def canonical(text: str) -> str:
    """The form to compare by; empty if the text holds nothing but politeness."""
    said = words(text)
    kept = without_politeness(said)
    if kept and about_words(said, kept):
        kept = said
    form = " ".join(map(_slip_proof, kept))
    return f"{form} ?" if form and "?" in text else form


def words(text: str) -> list[str]:
    """The words and telling signs of `text`, politeness too, however spelled and stretched."""
    tokens = _TOKEN.findall(_EMOTICON.sub(" ", fold(text)))
    plain = " ".join(filter(None, map(_plain, tokens)))
    for phrase in _SAME_PHRASES:
        if phrase in plain:
            plain = re.sub(rf"(?<!\S){phrase}(?!\S)", _SAME[phrase], plain)
    return plain.split()


@lru_cache(maxsize=4_096)  # people use the same words, and phrasebooks are full of them
def _plain(token: str) -> str:
    """As it is compared; empty if it means nothing."""
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
    """The present tense as it is written: "geliyom" is "geliyorum"."""
    spoken = _SPOKEN.fullmatch(token)
    if spoken is None:
        return token
    stem, person = spoken.groups()
    return f"{stem}r{'u' if person in {'m', 'z'} else ''}{person}"


def _unstretched(token: str) -> str:
    """ "gooood" is "good", and "hiiii" is "hi"."""
    doubled = _STRETCHED.sub(r"\1\1", token)
    return doubled if doubled in _KNOWN else _STRETCHED.sub(r"\1", token)


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

"""Tells Turkish from English in short chat texts, with or without Turkish letters."""

import enum
import re
from typing import Final

from engine.replies.text.likeness import fold
from engine.replies.text.word_lists import LISTS, word_set

_MOST_LETTERS = 1_000  # letters of a text that are read

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@/#$]\w+")
_ONLY_TURKISH = frozenset("ğışĞİŞ")
_MOSTLY_TURKISH = frozenset("çöüÇÖÜâîû")
_ONLY_ENGLISH = frozenset("qwx")
_ENGLISH_PAIRS = ("th", "wh", "sh", "ck", "ee", "oo", "ou", "gh", "ph", "ea", "tt", "ss", "ll")
_TURKISH_INFLECTION = re.compile(  # past, hearsay, plural, possession, aorist
    r".{2,}(?:[dt][iu](?:m|n|k|n[iu]z|l[ae]r)?|m[iu]s(?:[iu]m|s[iu]n|t[iu]r)?|l[ae]r|[iu]m[iu]z|[iuae]r[iu][mz]"
    r"|[iu]yo(?:n|m|s[iu]n)?|[ae]c[ae][mz]|[ae]l[ae]?m|c[ae]m|[bd][ae]n|s[iu]n[iu])"
)
_ENGLISH_CLOSE = re.compile(
    r".{3,}(?:ed|er|ly|al|ic|ey|[^aeiou]y|ce|ge|ve|te|st|nd|rt|nt|ts|rs|ns)"
)
_TURKISH_QUESTION = re.compile(r"(?:mi|mu)(?:yim|yum|sin|sun|yiz|yuz|siniz|sunuz|ydi|ydu)?")


class Language(enum.StrEnum):
    """A language that bots speak."""

    TURKISH = "tr"
    ENGLISH = "en"


_TURKISH_WORDS: Final = word_set("turkish")
_ENGLISH_WORDS: Final = word_set("english")
_TURKISH_ENDINGS: Final = tuple(LISTS["turkish"]["endings"].split())
_ENGLISH_ENDINGS: Final = tuple(LISTS["english"]["endings"].split())
_SHARED = _TURKISH_WORDS & _ENGLISH_WORDS


def leaning(text: str) -> float:
    """Return how strongly a text leans to Turkish (above 0) or English (below 0); 0: unknown."""
    words = _WORD.findall(_NOT_PROSE.sub(" ", text[:_MOST_LETTERS]))
    return sum(map(_leaning_of_word, words))


def detect(text: str) -> Language | None:
    """Return the language of `text`, or None if nothing shows it, as in "ok" or "BTC 65000"."""
    score = leaning(text)
    if score == 0:
        return None
    return Language.TURKISH if score > 0 else Language.ENGLISH


def is_turkish(text: str) -> bool:
    """Return True if `text` is Turkish rather than English; False if nothing shows it."""
    return leaning(text) > 0


def _leaning_of_word(word: str) -> float:
    letters = 0.0
    if not _ONLY_TURKISH.isdisjoint(word):
        letters = 3.0
    elif not _MOSTLY_TURKISH.isdisjoint(word):
        letters = 2.0
    folded = fold(word)
    plain = folded.replace("'", "")
    if plain in _SHARED:
        return letters
    if plain in _TURKISH_WORDS or _TURKISH_QUESTION.fullmatch(plain):
        return letters + 2.0
    if plain in _ENGLISH_WORDS:
        return letters - 2.0
    return letters + _leaning_of_shape(folded)


def _leaning_of_shape(word: str) -> float:
    """Return the leaning of an unlisted word by its spelling: endings, letters, vowel harmony."""
    score = 0.0
    if len(word) >= 5:
        if word.endswith(_TURKISH_ENDINGS):
            score += 1.0
        if word.endswith(_ENGLISH_ENDINGS):
            score -= 1.0
    if not _ONLY_ENGLISH.isdisjoint(word):
        score -= 1.0
    score -= 0.5 * min(2, sum(pair in word for pair in _ENGLISH_PAIRS))
    if "'" in word:  # Turkish puts case endings of names behind an apostrophe: Ankara'da
        score += 0.5 if word.endswith(("a", "e", "i", "u", "n")) else 0.0
    if score == 0.0 and len(word) >= 4:
        score += 0.5 * bool(_TURKISH_INFLECTION.fullmatch(word))
        score -= 0.5 * bool(_ENGLISH_CLOSE.fullmatch(word))
    if score == 0.0 and len(word) >= 5:
        mixed = "a" in word and "e" in word  # never in a native Turkish word
        score = -0.25 if mixed or not word.endswith(("a", "e", "i", "u", "k", "n", "r")) else 0.25
    return score

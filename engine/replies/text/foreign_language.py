"""Detects that a text is certainly in a language that bots do not speak.

It looks at the script, and for Latin letters at function words. A text that is neither certainly
foreign nor known counts as the bot's own language.
"""

import re
import unicodedata
from collections import Counter
from typing import Final

from engine.replies.text.word_lists import LISTS, word_set

_MOST_LETTERS = 1_000  # letters of a text that are read
_LATIN_ENDS = "\u024f"
_FOREIGN_SHARE = 0.3  # share of letters above which a text is in their script
_FEWEST_LETTERS = 3
_FEWEST_WORDS = 2  # different ones
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MARKUP: Final = re.compile(r"</?(?:message|notes)\b[^>]*>|https?://\S+|@\w+")
_OWN: Final = word_set("turkish") | word_set("english")
_FOREIGN: Final = {
    language: frozenset(words.split()) - _OWN for language, words in LISTS["foreign"].items()
}
_OF_ONE: Final = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "BOPOMOFO": "CJK"}


def foreign_language(text: str) -> str | None:
    """Return the foreign script or language (ISO 639-1) that `text` is certainly in, or None."""
    text = _MARKUP.sub(" ", text)[:_MOST_LETTERS]
    return _script(text) or _by_words(text)


def _script(text: str) -> str | None:
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(_script_of(letter) for letter in letters if letter > _LATIN_ENDS)
    del scripts["LATIN"]
    if scripts.total() < max(_FEWEST_LETTERS, _FOREIGN_SHARE * len(letters)):
        return None
    return scripts.most_common(1)[0][0]


def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "LATIN").partition(" ")[0]
    return _OF_ONE.get(name, name)


def _by_words(text: str) -> str | None:
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    own = sum(word in _OWN for word in words)
    found = {language: len(known.intersection(words)) for language, known in _FOREIGN.items()}
    language = max(found, key=found.__getitem__)
    return language if found[language] >= _FEWEST_WORDS and found[language] > own else None

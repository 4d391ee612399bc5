"""Removes characters that control a display or show nothing."""

import re
import unicodedata

_LINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_JOINER, _NON_JOINER, _TEXT_STYLE, _EMOJI_STYLE = "\u200d", "\u200c", "\ufe0e", "\ufe0f"
_KEPT = frozenset("\n\t")
_GONE = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))  # control, format (bidi, tags), private, half
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")
_JOINED = frozenset(("So", "Sk", "Mn", "Mc", "Lo"))  # emoji, their skin tones, scripts that join
_TAGS = range(0xE0020, 0xE0080)  # of flags, as Scotland's
_FLAG = "\U0001f3f4"
_MOST_MARKS = 4  # on one letter


def clean(text: str) -> str:
    """Return `text` fit for sending: no control characters, turned direction or stacked marks.

    Joiners of emoji stay, and those of Persian and Hindi letters.
    """
    text = mended(text)
    if text.isascii() and text.isprintable():
        return text
    text = _LINES.sub("\n", text)
    kept: list[str] = []
    marks = 0
    for place, letter in enumerate(text):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS and _stays(letter, category, kept, text[place + 1 : place + 2]):
            kept.append(letter)
    return _BLANK_LINES.sub("\n\n", "".join(kept)).strip()


def shows(text: str) -> bool:
    """Return True if a person sees anything of a cleaned `text`."""
    return any(
        not letter.isspace()
        and letter not in _INVISIBLE
        and unicodedata.category(letter) not in {"Mn", "Me", *_GONE}
        for letter in text
    )


def mended(text: str) -> str:
    """Join surrogate halves that came apart; a lone one becomes `�`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _stays(letter: str, category: str, before: list[str], after: str) -> bool:
    if letter in _KEPT:
        return True
    if letter in {_JOINER, _NON_JOINER}:
        return bool(before and after) and _joins(before[-1]) and _joins(after)
    if ord(letter) in _TAGS:
        return bool(before) and (before[-1] == _FLAG or ord(before[-1]) in _TAGS)
    return category not in _GONE and letter not in _INVISIBLE


def _joins(letter: str) -> bool:
    return letter in {_TEXT_STYLE, _EMOJI_STYLE} or unicodedata.category(letter) in _JOINED

"""Cuts a broken-off text back to its last whole sentence."""

import re

_END = re.compile(
    r"[.!?…]+[\"'”’»)\]*_]*(?:\s?[\U0001F000-\U0001FAFF\u2600-\u27BF\u200d\ufe0f]{1,16}){0,4}(?=\s|\Z)"
    r"|[。！？؟।]+[」』）\"”]*"
    r"|(?<=[^\s:,;\-–])[ \t]*\n"
)
_NUMBER = re.compile(r"(?:^|\s)\W*\d{1,2}\.\Z")  # number of a list item, or a Turkish ordinal
_HALF_A_NUMBER = re.compile(r"\d\.\Z")  # "3." of "3.5"
_INITIAL = re.compile(r"(?:^|[\s(])[^\W\d_]\.\Z")
_SHORT = re.compile(  # abbreviations of both languages
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|vs|etc|approx|no|fig|e\.g|i\.e|a\.m|p\.m|inc|ltd|jr|sr"
    r"|doç|av|sn|bkz|vb|vs|örn|yy|yrd|ort|tel|cad|sok|mah|apt|hz|alm|ing|fr|m\.ö|m\.s|ör)\.\Z",
    re.IGNORECASE,
)
_TAIL = 24  # letters that show whether a dot ends a sentence


def whole_sentences(text: str) -> str:
    """Return `text` up to its last whole sentence or line; empty if none is whole."""
    text = _HALF_A_NUMBER.sub("", text)
    for found in reversed(list(_END.finditer(text))):
        head = text[max(found.end() - _TAIL, 0) : found.end()].rstrip()
        if not any(no_end.search(head) for no_end in (_NUMBER, _INITIAL, _SHORT)):
            return text[: found.end()].rstrip()
    return ""

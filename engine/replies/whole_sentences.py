"""Cuts a text that was broken off back to its last whole sentence."""

import re

_END = re.compile(
    r"[.!?…]+[\"'”’»)\]*_]*(?:\s*[\U0001F000-\U0001FAFF\u2600-\u27BF\u200d\ufe0f]+)*(?=\s|\Z)"
    r"|[。！？؟।]+[」』）\"”]*"
    r"|(?<=[^\s:,;\-–])[ \t]*\n"
)
_NUMBER = re.compile(r"(?:^|\s)\W*\d{1,2}\.\Z")  # of a list, or a Turkish ordinal
_HALF_A_NUMBER = re.compile(r"\d\.\Z")  # "3." of "3.5"
_INITIAL = re.compile(r"(?:^|[\s(])[^\W\d_]\.\Z")
_SHORT = re.compile(  # abbreviations of both languages
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|vs|etc|approx|no|fig|e\.g|i\.e|a\.m|p\.m|inc|ltd|jr|sr"
    r"|doç|av|sn|bkz|vb|vs|örn|yy|yrd|ort|tel|cad|sok|mah|apt|hz|alm|ing|fr|m\.ö|m\.s|ör)\.\Z",
    re.IGNORECASE,
)


def whole_sentences(text: str) -> str:
    """`text` up to its last whole sentence or line; empty if not one is whole."""
    text = _HALF_A_NUMBER.sub("", text)
    end = 0
    for found in _END.finditer(text):
        head = text[: found.end()].rstrip()
        if not any(no_end.search(head[-24:]) for no_end in (_NUMBER, _INITIAL, _SHORT)):
            end = found.end()
    return text[:end].rstrip()

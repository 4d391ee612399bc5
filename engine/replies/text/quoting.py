"""Turns people's words into data: marked, unable to forge a mark, without invisible text."""

import unicodedata
from collections.abc import Iterable

from engine.replies.text.private_data import without_private_data

_FORGEABLE = str.maketrans({"<": "\u2039", ">": "\u203a", "|": "¦", "[": "(", "]": ")", "`": "'"})
_KEPT = {"\n", "\t", "\u200d", "\ufe0f"}  # the last two join emoji
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}  # control, format (tags, bidi), private, surrogates


def visible(text: str) -> str:
    """Return `text` as a person sees it: compatibility forms resolved, invisible parts removed."""
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        letter for letter in plain if letter in _KEPT or unicodedata.category(letter) not in _HIDDEN
    )


def clean(text: str, most_letters: int) -> str:
    """Return text for use between marks: visible, no private data, no line like a heading."""
    seen = visible(without_private_data(visible(text)[: 4 * most_letters]))
    lines = (line.lstrip("#").strip() for line in seen.translate(_FORGEABLE).splitlines())
    return " / ".join(line for line in lines if line)[:most_letters].strip()


def message(words: str, speaker: str, most_letters: int) -> str:
    """Return one person's message between marks; `speaker` is ours, never a chosen name."""
    return f'<message from="{speaker}">{clean(words, most_letters)}</message>'


def is_of_a_bot(quoted: str) -> bool:
    """Return True if a `message` is another of our bots'; nobody can forge the mark."""
    return quoted.startswith('<message from="bot ')


def notes(texts: Iterable[str], most_letters: int) -> str:
    """Return the memories about a person between marks."""
    lines = "\n".join(f"- {clean(text, most_letters)}" for text in texts)
    return f"<notes>\n{lines}\n</notes>"

"""Makes a person's words data: marked off, unable to forge a mark, free of what nobody sees."""

import unicodedata
from collections.abc import Iterable

from engine.replies.text.private_data import without_private_data

_FORGEABLE = str.maketrans({"<": "\u2039", ">": "\u203a", "|": "¦", "[": "(", "]": ")", "`": "'"})
_KEPT = {"\n", "\t", "\u200d", "\ufe0f"}  # the last two hold emoji together
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}  # control, format (tags, bidi), private, surrogates


def visible(text: str) -> str:
    """`text` as a person sees it: compatibility forms resolved, invisible characters gone."""
    if text.isascii() and text.isprintable():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        letter for letter in plain if letter in _KEPT or unicodedata.category(letter) not in _HIDDEN
    )


def clean(text: str, most_letters: int) -> str:
    """What may be put between marks: visible, without private data, no line like a header."""
    seen = visible(without_private_data(visible(text)[: 4 * most_letters]))
    lines = (line.lstrip("#").strip() for line in seen.translate(_FORGEABLE).splitlines())
    return " / ".join(line for line in lines if line)[:most_letters].strip()


def message(words: str, speaker: str, most_letters: int) -> str:
    """One person's message between marks; `speaker` is ours, never a name a person chose."""
    return f'<message from="{speaker}">{clean(words, most_letters)}</message>'


def is_of_a_bot(quoted: str) -> bool:
    """Whether a `message` is another bot's of ours; nobody can forge the mark."""
    return quoted.startswith('<message from="bot ')


def notes(texts: Iterable[str], most_letters: int) -> str:
    """What is remembered of a person, between marks."""
    lines = "\n".join(f"- {clean(text, most_letters)}" for text in texts)
    return f"<notes>\n{lines}\n</notes>"

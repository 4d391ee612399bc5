"""Blocks answers that reveal the instructions, other chats' words, or secrets.

It does not matter how a message made the provider say them.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from engine.replies.prompt_builder import RULES
from engine.replies.text.likeness import fold
from engine.replies.text.private_data import private_data
from engine.replies.text.quoting import visible

_WINDOW = 24  # letters of the rules that must not appear in a row, in any spacing
_SHINGLE = 6  # words of another chat that must not appear in a row
_MOST_SHINGLES = 50_000  # word sequences remembered over all chats
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\w+")
_TELLING = re.compile(r"(?=\w*\d)\w{5,}")  # an order number, a code, a password
_MARKS = re.compile(r"</?\s*(?:message|notes|system|assistant|user|think)\b|<\|", re.IGNORECASE)
_ENCODED = re.compile(r"[A-Za-z0-9+/_=-]{40,}|(?:[0-9a-fA-F]{2}[\s:]){12,}|(?:[01]{8}\s*){6,}")
_CODENAMES = re.compile(
    r"\bsystem prompt\b|\bcharacter sheet\b|\bmy (?:instructions|rules|prompt)\b"
    r"|\bsistem (?:istemi|komutu|talimat\w*|mesaj\w*)\b|\bkarakter (?:sayfasi|kart\w*)\b"
    r"|\btalimatlarim\b"
)


class LeakGuard:
    """Guards all chats; it must know the words of each."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, int] = OrderedDict()  # hash of a word sequence: its chat

    def learn(self, chat: int, text: str) -> None:
        """Note that `text` belongs to `chat`, so that no other chat hears it."""
        for key in _fingerprints(text):
            self._seen[key] = chat
            self._seen.move_to_end(key)
        while len(self._seen) > _MOST_SHINGLES:
            self._seen.popitem(last=False)

    def leaks(self, answer: str, chat: int, known: Sequence[str], own: str) -> str | None:
        """Return what `answer` reveals as a note for the next try, or None.

        `known` are the texts of people in this chat's prompt, `own` is the character sheet.
        """
        seen = visible(answer)
        if _holds_rules(seen) or _MARKS.search(answer) or _CODENAMES.search(fold(seen)):
            return "it spoke of the instructions"
        if _ENCODED.search(answer) or any(found not in own for found in private_data(answer)):
            return "it held private data"
        if self._is_overheard(seen, chat, (*known, own)):
            return "it repeated another conversation"
        return None

    def _is_overheard(self, answer: str, chat: int, known: Sequence[str]) -> bool:
        foreign = [key for key in _fingerprints(answer) if self._seen.get(key, chat) != chat]
        if not foreign:
            return False
        allowed = {key for text in known for key in _fingerprints(text)}
        return any(key not in allowed for key in foreign)


def _fingerprints(text: str) -> Iterator[int]:
    words = _WORD.findall(fold(text))
    for start in range(len(words) - _SHINGLE + 1):
        yield hash(tuple(words[start : start + _SHINGLE]))
    for word in words:
        if _TELLING.fullmatch(word):
            yield hash(word)


def _squeezed(text: str) -> str:
    return "".join(_LETTERS.findall(fold(text)))


def _windows(text: str) -> frozenset[str]:
    squeezed = _squeezed(text)
    return frozenset(
        squeezed[start : start + _WINDOW] for start in range(len(squeezed) - _WINDOW + 1)
    )


_RULE_WINDOWS = _windows(RULES)


def _holds_rules(answer: str) -> bool:
    squeezed = _squeezed(answer)
    return any(
        way[start : start + _WINDOW] in _RULE_WINDOWS
        for way in (squeezed, squeezed[::-1])
        for start in range(len(way) - _WINDOW + 1)
    )

"""Recognises messages that are nothing but small talk: greetings, thanks, emoji, farewells."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from engine.replies.canonical import FILLERS, words
from engine.replies.language_detection import Language
from engine.replies.static_replies import Kind

_MOST_LETTERS = 120
_MOST_WORDS = 12
_MENTION = re.compile(r"@\w+")
_LAUGHTER = re.compile(
    r"(?:a?(?:ha|he|hi){2,}h?|[sjk]*(?:js|sj|skj|dj){2,}[sjk]*|l+o+l+|x+d+)", re.IGNORECASE
)

EMOJI = "emoji"
LAUGHTER = "laughter"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The kinds a message consists of, in order, and its language where the phrases tell it."""

    kinds: tuple[str, ...]
    language: Language | None


class Phrasebook:
    """All phrases of all kinds, looked up word by word."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._phrases: dict[tuple[str, ...], SmallTalk] = {}
        for kind in kinds:
            for language in Language:
                for phrase in kind.of(language).when:
                    self._add(phrase, kind.name, language)
        self._longest = max(map(len, self._phrases), default=0)

    def _add(self, phrase: str, kind: str, language: Language) -> None:
        key = tuple(words(phrase))
        known = self._phrases.get(key)
        both = known is not None and known.language is not language
        self._phrases[key] = SmallTalk((kind,), None if both else language)

    def read(self, text: str, name: str = "") -> SmallTalk | None:
        """What small talk `text` is; None if it is anything more. `name` is the bot's."""
        if len(text) > _MOST_LETTERS:
            return None
        text = _MENTION.sub(" ", text)
        said = words(text)
        if not said or len(said) > _MOST_WORDS:
            return SmallTalk((EMOJI,), None) if _is_emoji(text) else None
        if all(_is_sign(word) for word in said):
            return SmallTalk((EMOJI,), None) if _is_emoji(text) else None
        return self._segment(said, frozenset(words(name)))

    def _segment(self, said: list[str], name: frozenset[str]) -> SmallTalk | None:
        kinds: dict[str, None] = {}
        languages: set[Language] = set()
        at = 0
        while at < len(said):
            found, length = self._longest_at(said, at)
            if found is not None:
                kinds.update(dict.fromkeys(found.kinds))
                languages.update({found.language} if found.language else ())
            elif _LAUGHTER.fullmatch(said[at]):
                kinds[LAUGHTER] = None
            elif not (said[at] in FILLERS or said[at] in name or _is_sign(said[at])):
                return None
            at += length
        if not kinds:
            return None
        return SmallTalk(tuple(kinds), languages.pop() if len(languages) == 1 else None)

    def _longest_at(self, said: list[str], at: int) -> tuple[SmallTalk | None, int]:
        for length in range(min(self._longest, len(said) - at), 0, -1):
            found = self._phrases.get(tuple(said[at : at + length]))
            if found is not None:
                return found, length
        return None, 1


def _is_sign(word: str) -> bool:
    return unicodedata.category(word[0]) in {"So", "Sk"}


def _is_emoji(text: str) -> bool:
    kinds = {unicodedata.category(letter) for letter in text if not letter.isspace()}
    return "So" in kinds and not any(kind[0] in "LN" for kind in kinds)

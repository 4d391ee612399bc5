"""Recognises messages that are only small talk: greetings, thanks, emoji, farewells."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.replies.personas.static_replies import SmallTalkKind
from engine.replies.text.canonical import words
from engine.replies.text.language_detection import Language
from engine.replies.text.politeness import FILLERS
from engine.replies.text.word_lists import word_set

_MOST_LETTERS = 120
_MOST_WORDS = 12
_MENTION = re.compile(r"@\w+")
_LAUGHTER = re.compile(
    r"(?=.{4})[pbm]?[uw]?a?(?:ha|he|hi)+[aei]?h?|(?:ja){2,}|[sjkd]*(?:js|sj|skj|dj|ks|sk){2,}[sjkd]*"
    r"|(?=.*[sdfghjkl]{4})[asdfghjkl]{5,}|l+o+l+|x+d+"
)
_SAD = frozenset("😢😭😞😔😟😥😰😨😓😩😫😖😣🥺💔😡😠🤬😿☹🙁😕🤒🤕🤧🤢🤮👎🖕😒🙄😐😑😤🤔❓❔🆘")
_SAD_EMOTICON = re.compile(r"[:;=]'?-?[(/\\]")
_AROUND: Final = (
    FILLERS
    | word_set("around_small_talk", "vocatives")
    | word_set("around_small_talk", "particles")
)

EMOJI = "emoji"
LAUGHTER = "laughter"
CALL = "call"  # addresses somebody and says nothing: "kanka"
_SLIGHT = (CALL, "youre_welcome")  # not answered if there is more to answer


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """The kinds of small talk in a message, in order, and the language if its phrases show it."""

    kinds: tuple[str, ...]
    language: Language | None


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    language: Language | None  # None: the phrases exist in both


class Phrasebook:
    """Looks up the phrases of all kinds word by word."""

    def __init__(self, kinds: Sequence[SmallTalkKind]) -> None:
        self._phrases: dict[tuple[str | None, tuple[str, ...]], _Phrase] = {}
        for kind in kinds:
            for language in Language:
                for phrase in kind.of(language).when:
                    self._add(phrase, kind, language)
        phrases = [phrase for _, phrase in self._phrases]
        self._after = {kind.name: kind.after for kind in kinds}
        self._longest = max(map(len, phrases), default=0)
        self._vocabulary = _AROUND.union(*phrases)

    def _add(self, phrase: str, kind: SmallTalkKind, language: Language) -> None:
        said = tuple(map(sys.intern, words(phrase)))  # each word once: many phrases share it
        key = (kind.after if phrase.startswith("…") else None, said)
        known = self._phrases.get(key)
        both = known is not None and known.language is not language
        self._phrases[key] = _Phrase(kind.name, None if both else language)

    def read(self, text: str, name: str = "") -> SmallTalk | None:
        """Return the small talk in `text`, or None if it says more; `name` is the bot's."""
        if len(text) > _MOST_LETTERS:
            return None
        text = _MENTION.sub(" ", text)
        said = [self._spelled(word) for word in words(text)]
        if len(said) > _MOST_WORDS:
            return None
        if all(map(_is_sign, said)):
            return SmallTalk((EMOJI,), None) if _is_emoji(text) and not _is_sad(text) else None
        talk = self._segment([word for word in said if not _is_sign(word)], frozenset(words(name)))
        if talk is not None and _is_sad(text) and LAUGHTER not in talk.kinds:
            return None
        return talk

    def _spelled(self, word: str) -> str:
        """Return the word as the phrasebook spells it: "selamm" is "selam"."""
        stretched = len(word) > 2 and word[-1] == word[-2] and word not in self._vocabulary
        return word[:-1] if stretched and word[:-1] in self._vocabulary else word

    def _segment(self, said: list[str], name: frozenset[str]) -> SmallTalk | None:
        kinds: dict[str, None] = {}
        languages: set[Language] = set()
        at = 0
        while at < len(said):
            found, length = self._longest_at(said, at, kinds)
            if found is not None:
                kinds.pop(self._after[found.kind] or "", None)
                kinds[found.kind] = None
                languages.update({found.language} if found.language else ())
            elif _LAUGHTER.fullmatch(said[at]):
                kinds[LAUGHTER] = None
            elif said[at] in name:
                kinds[CALL] = None
            elif said[at] not in _AROUND:
                return None
            at += length
        for slight in _SLIGHT:
            if len(kinds) > 1:
                kinds.pop(slight, None)
        if not kinds:
            return None
        return SmallTalk(tuple(kinds), languages.pop() if len(languages) == 1 else None)

    def _longest_at(
        self, said: list[str], at: int, kinds: Iterable[str]
    ) -> tuple[_Phrase | None, int]:
        for length in range(min(self._longest, len(said) - at), 0, -1):
            phrase = tuple(said[at : at + length])
            for kind in (*kinds, None):
                found = self._phrases.get((kind, phrase))
                if found is not None:
                    return found, length
        return None, 1


def _is_sign(word: str) -> bool:
    return unicodedata.category(word[0]) in {"So", "Sk"}


def _is_emoji(text: str) -> bool:
    kinds = {unicodedata.category(letter) for letter in text if not letter.isspace()}
    return "So" in kinds and not any(kind[0] in "LN" for kind in kinds)


def _is_sad(text: str) -> bool:
    """Return True for a sad text, which is more than small talk: "iyiyim 😢"."""
    return not _SAD.isdisjoint(text) or _SAD_EMOTICON.search(text) is not None

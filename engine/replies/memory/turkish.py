"""Reads Turkish word by word in English, where meanings are compared best.

This is no translation: each everyday word is replaced by the meaning of its stem, in the written
order. Words that are in no dictionary, mostly names, stay. Text without the marks of Turkish
letters works as well.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import resources
from engine.replies.memory.turkish_endings import of_noun, of_verb, surely_of_noun
from engine.replies.text.likeness import fold

_FILE = Path(resources.__file__).parent / "words" / "turkish_english.txt"
_MARKS = frozenset("çğıöşüâÇĞİÖŞÜÂ")
_AFTER_NAME = re.compile(r"['\u2019](?:[^\W_]+)")  # case endings behind a name: Ankara'da
_WORD = re.compile(r"[^\W_]{2,}|\d")
_LOWER = str.maketrans("Iİ", "ıi")
_SOFTENED: Final = {"k": "ğ", "ç": "c", "t": "d", "p": "b"}  # kitap: kitabım
_VOWEL_DROPPED = re.compile(r"[iu]yo")  # başla: başlıyor
_LONGEST_PHRASE = 3  # words
_LONGEST_STEM = 24  # letters


@dataclass(slots=True)
class _Dictionary:
    nouns: dict[str, str] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)
    shortened: dict[str, str] = field(default_factory=dict)  # verbs without their last vowel

    def add(self, stem: str, meaning: str, *, is_verb: bool) -> None:
        if not is_verb:
            self.nouns.setdefault(stem, meaning)
            if len(stem) > 2 and stem[-1] in _SOFTENED:
                self.nouns.setdefault(stem[:-1] + _SOFTENED[stem[-1]], meaning)
            return
        self.verbs.setdefault(stem, meaning)
        if len(stem) > 2 and stem[-1] in "ae":
            self.shortened.setdefault(stem[:-1], meaning)

    def folded(self) -> "_Dictionary":
        """Return the dictionary without Turkish marks; of two equal words the first counts."""
        plain = _Dictionary()
        for ours, theirs in (
            (plain.nouns, self.nouns),
            (plain.verbs, self.verbs),
            (plain.shortened, self.shortened),
        ):
            for stem, meaning in theirs.items():
                ours.setdefault(fold(stem), meaning)
        return plain

    def find(self, word: str) -> str | None:
        """Return the meaning of the longest stem whose endings make `word`, or None."""
        return next(
            (
                meaning
                for size in range(min(len(word), _LONGEST_STEM), 1, -1)
                if (meaning := self.meaning(word[:size], fold(word[size:]))) is not None
            ),
            None,
        )

    def meaning(self, stem: str, ending: str) -> str | None:
        """Return the meaning of a stem with a folded ending; None if it is no known form."""
        noun, verb = self.nouns.get(stem), self.verbs.get(stem)
        if not ending:
            return verb if noun is None else noun
        if stem in self.shortened and _VOWEL_DROPPED.match(ending):
            return self.shortened[stem]
        if noun is not None and surely_of_noun(ending):
            return noun
        if verb is not None and of_verb(ending):
            return verb
        return noun if noun is not None and of_noun(ending) else None


@functools.cache
def _dictionaries() -> tuple[_Dictionary, _Dictionary, _Dictionary]:
    """Return the dictionaries as spelled, without Turkish marks, and of phrases without marks."""
    spelled, phrases = _Dictionary(), _Dictionary()
    for stem, meaning in _entries():
        is_verb = stem.endswith("-")
        words = stem.removesuffix("-")
        if "_" in words:
            phrases.add(fold(words.replace("_", " ")), meaning, is_verb=is_verb)
        else:
            spelled.add(words, meaning, is_verb=is_verb)
    return spelled, spelled.folded(), phrases.folded()


def _entries() -> Iterator[tuple[str, str]]:
    for line in _FILE.read_text("utf-8").splitlines():
        for entry in line.split() if not line.startswith("#") else ():
            stems, _, meaning = entry.partition("=")
            for stem in stems.split("/"):
                yield stem, meaning.replace("_", " ")


def meanings() -> Iterator[str]:
    """Yield all English meanings in the dictionary."""
    return (meaning for _, meaning in _entries())


def in_english(turkish: str) -> str:
    """Return the words of a Turkish text in English, in order; takes some 100 µs."""
    is_marked = not _MARKS.isdisjoint(turkish)
    plain = _AFTER_NAME.sub("", turkish)
    words = _WORD.findall(plain.translate(_LOWER).lower() if is_marked else fold(plain))
    meanings, at = [], 0
    while at < len(words):
        size, meaning = _next(words, at, is_marked=is_marked)
        meanings.append(meaning)
        at += size
    return " ".join(filter(None, meanings))


def _next(words: list[str], at: int, *, is_marked: bool) -> tuple[int, str]:
    """Return how many words from `at` on have one meaning, and that meaning."""
    if fold(words[at]) in _phrase_openings():
        for size in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
            meaning = _meaning_of_phrase(" ".join(words[at : at + size]))
            if meaning is not None:
                return size, meaning
    return 1, _meaning_of_word(words[at], is_marked)


@functools.cache
def _phrase_openings() -> frozenset[str]:
    phrases = _dictionaries()[2]
    return frozenset(phrase.split()[0] for phrase in (*phrases.nouns, *phrases.verbs))


def _meaning_of_phrase(phrase: str) -> str | None:
    words = fold(phrase)
    start = words.rindex(" ") + 3  # only the end of the last word is inflected
    known = _dictionaries()[2]
    return next(
        (
            meaning
            for size in range(len(words), start - 1, -1)
            if (meaning := known.meaning(words[:size], words[size:])) is not None
        ),
        None,
    )


@functools.lru_cache(8_192)
def _meaning_of_word(word: str, is_marked: bool) -> str:
    spelled, plain, _ = _dictionaries()
    meaning = spelled.find(word) if is_marked else None
    if meaning is None and fold(word) == word:
        meaning = plain.find(word)
    return word if meaning is None else meaning


def unload() -> None:
    """Free the memory; the next text loads it again."""
    _dictionaries.cache_clear()
    _phrase_openings.cache_clear()
    _meaning_of_word.cache_clear()

"""Prepared answers: the one that fits a message best, without asking anybody."""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import SettingsError
from engine.replies.text import is_turkish, likeness, normalise, trigrams

_CLOSE_ENOUGH = 0.25  # likeness below which nothing fits and a fallback is said
_MOST_LETTERS = 500  # of a message that are looked at

_chance = random.Random()  # noqa: S311 - variety, not secrecy


@dataclass(frozen=True, slots=True)
class _Reply:
    phrases: tuple[frozenset[str], ...]
    sentences: tuple[str, ...]


class StaticPool:
    """Answers for one persona, in Turkish and English."""

    def __init__(self, contents: dict[str, Any]) -> None:
        self._replies = tuple(
            _Reply(
                tuple(trigrams(normalise(phrase)) for phrase in reply["when"]),
                tuple(reply["say"]),
            )
            for reply in contents["reply"]
        )
        self._fallback: dict[str, list[str]] = contents["fallback"]

    @classmethod
    def load(cls, file: Path) -> "StaticPool":
        """Read a pool from TOML (blocking); raises SettingsError if it is none."""
        try:
            with file.open("rb") as source:
                return cls(tomllib.load(source))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"The static replies in {file} cannot be used: {error}.") from error

    def choose(self, text: str) -> str:
        """What fits `text` best, with {name} where the bot's goes; takes some 0.2 ms."""
        text = text[:_MOST_LETTERS]
        asked = trigrams(normalise(text))
        best = max(self._replies, key=lambda reply: _fit(reply, asked))
        if _fit(best, asked) >= _CLOSE_ENOUGH:
            sentences = best.sentences
        else:
            sentences = tuple(self._fallback["tr" if is_turkish(text) else "en"])
        return _chance.choice(sentences)


def _fit(reply: _Reply, asked: frozenset[str]) -> float:
    return max(likeness(phrase, asked) for phrase in reply.phrases)

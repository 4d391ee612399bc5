"""The prepared sentences that all personas share, read from TOML."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

import resources
from engine.errors import SettingsError
from engine.language import _
from engine.replies.language_detection import Language
from engine.replies.persona import Message, Reply, Texts

SHIPPED = Path(resources.__file__).parent / "profiles" / "static_replies.toml"

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def variants(pattern: str) -> Iterator[str]:
    """All that `pattern` spells: "(good|nice) day" is "good day" and "nice day"."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield " ".join(pattern.split())
        return
    for option in choice[1].split("|"):
        yield from variants(f"{pattern[: choice.start()]}{option}{pattern[choice.end() :]}")


def _all_variants(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for pattern in patterns for one in variants(pattern)))


Patterns = Annotated[tuple[str, ...], AfterValidator(_all_variants)]
Sentences = Annotated[tuple[Message, ...], Field(min_length=1), AfterValidator(_all_variants)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrases(_Part):
    """What is said, and what is answered."""

    when: Patterns
    say: Sentences


class Kind(_Part):
    """One sort of small talk, in both languages."""

    name: str
    asides: bool = False  # whether one of the persona's may follow
    asks: bool = False  # whether it wants an answer before anything else in its message
    after: str | None = None  # whose place it takes; its "…" phrases count only behind that
    tr: Phrases
    en: Phrases

    def of(self, language: Language) -> Phrases:
        return self.tr if language is Language.TURKISH else self.en


class Fallback(_Part):
    """What is said where nothing else fits."""

    tr: Sentences
    en: Sentences

    def of(self, language: Language) -> tuple[str, ...]:
        return self.tr if language is Language.TURKISH else self.en


class StaticReplies(BaseModel):
    """A file's contents; wrapped by `StaticPool`, one for each persona."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: tuple[Kind, ...] = ()
    reply: tuple[Reply, ...] = ()
    fallback: Fallback
    to_questions: Fallback  # said beside `fallback` where the message asks something
    to_statements: Fallback  # and where it does not
    again: Fallback  # before an answer that was heard lately
    consent: Texts


def load_static_replies(file: Path = SHIPPED) -> StaticReplies:
    """Read the file (blocking); raises SettingsError if it cannot be used."""
    try:
        contents = tomllib.loads(file.read_text("utf-8"))
        return StaticReplies.model_validate(contents)
    except (OSError, ValueError, ValidationError) as error:
        raise SettingsError(
            _("The static replies in {file} cannot be used: {reason}.").format(
                file=file, reason=error
            )
        ) from error

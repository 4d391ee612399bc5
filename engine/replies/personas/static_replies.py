"""Reads the prepared sentences that all personas share from TOML."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import force_setattr

import resources
from engine.errors import SettingsError
from engine.files.small_files import SmallFileError
from engine.files.typed_files import as_written, read_toml, stripped
from engine.language import _
from engine.replies.personas.persona import Message, PreparedReply, Texts
from engine.replies.text.language_detection import Language

SHIPPED = Path(resources.__file__).parent / "profiles" / "static_replies.toml"

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def variants(pattern: str) -> Iterator[str]:
    """Return all variants of `pattern`: "(good|nice) day" is "good day" and "nice day"."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield " ".join(pattern.split())
        return
    for option in choice[1].split("|"):
        yield from variants(f"{pattern[: choice.start()]}{option}{pattern[choice.end() :]}")


def _all_variants(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for pattern in patterns for one in variants(pattern)))


Sentences = Annotated[tuple[Message, ...], Meta(min_length=1)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Phrases(_Part, frozen=True):
    """Phrases that people say, and the sentences that answer them."""

    when: tuple[str, ...]
    say: Sentences

    def __post_init__(self) -> None:
        force_setattr(self, "when", _all_variants(self.when))
        force_setattr(self, "say", _all_variants(self.say))


class SmallTalkKind(_Part, frozen=True, kw_only=True):
    """One kind of small talk, in both languages."""

    name: str
    asides: bool = False  # True if one of the persona's asides may follow
    asks: bool = False  # True if it must be answered before anything else in its message
    after: str | None = None  # the kind it replaces; its "…" phrases count only behind that one
    tr: Phrases
    en: Phrases

    def of(self, language: Language) -> Phrases:
        """Return the phrases in `language`."""
        return self.tr if language is Language.TURKISH else self.en


class Fallback(_Part, frozen=True):
    """Sentences for when nothing else fits."""

    tr: Sentences
    en: Sentences

    def __post_init__(self) -> None:
        force_setattr(self, "tr", _all_variants(self.tr))
        force_setattr(self, "en", _all_variants(self.en))

    def of(self, language: Language) -> tuple[str, ...]:
        """Return the sentences in `language`."""
        return self.tr if language is Language.TURKISH else self.en


class StaticReplies(_Part, frozen=True, kw_only=True):
    """The contents of the file; each persona's `StaticPool` wraps them."""

    kind: tuple[SmallTalkKind, ...] = ()
    reply: tuple[PreparedReply, ...] = ()
    fallback: Fallback
    to_questions: Fallback  # used beside `fallback` for questions
    to_statements: Fallback  # used beside `fallback` for statements
    again: Fallback  # precedes an answer that was heard lately
    consent: Texts


def load_static_replies(file: Path = SHIPPED) -> StaticReplies:
    """Load the file (blocking); raises SettingsError with a sentence for each mistake."""
    try:
        contents, text = read_toml(file)
        return as_written(file, text, stripped(contents), StaticReplies)
    except SmallFileError as error:
        raise SettingsError(str(error)) from error
    except FileNotFoundError as error:
        raise SettingsError(_("There is no file {file}.").format(file=file)) from error

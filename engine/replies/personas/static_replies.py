"""The prepared sentences that all personas share, read from TOML."""

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
from engine.replies.personas.persona import Message, Reply, Texts
from engine.replies.text.language_detection import Language

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


Sentences = Annotated[tuple[Message, ...], Meta(min_length=1)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file."""


class Phrases(_Part, frozen=True):
    """What is said, and what is answered."""

    when: tuple[str, ...]
    say: Sentences

    def __post_init__(self) -> None:
        force_setattr(self, "when", _all_variants(self.when))
        force_setattr(self, "say", _all_variants(self.say))


class Kind(_Part, frozen=True, kw_only=True):
    """One sort of small talk, in both languages."""

    name: str
    asides: bool = False  # whether one of the persona's may follow
    asks: bool = False  # whether it wants an answer before anything else in its message
    after: str | None = None  # whose place it takes; its "…" phrases count only behind that
    tr: Phrases
    en: Phrases

    def of(self, language: Language) -> Phrases:
        return self.tr if language is Language.TURKISH else self.en


class Fallback(_Part, frozen=True):
    """What is said where nothing else fits."""

    tr: Sentences
    en: Sentences

    def __post_init__(self) -> None:
        force_setattr(self, "tr", _all_variants(self.tr))
        force_setattr(self, "en", _all_variants(self.en))

    def of(self, language: Language) -> tuple[str, ...]:
        return self.tr if language is Language.TURKISH else self.en


class StaticReplies(_Part, frozen=True, kw_only=True):
    """A file's contents; wrapped by `StaticPool`, one for each persona."""

    kind: tuple[Kind, ...] = ()
    reply: tuple[Reply, ...] = ()
    fallback: Fallback
    to_questions: Fallback  # said beside `fallback` where the message asks something
    to_statements: Fallback  # and where it does not
    again: Fallback  # before an answer that was heard lately
    consent: Texts


def load_static_replies(file: Path = SHIPPED) -> StaticReplies:
    """Read the file (blocking); raises SettingsError with a sentence for each mistake."""
    try:
        contents, text = read_toml(file)
        return as_written(file, text, stripped(contents), StaticReplies)
    except SmallFileError as error:
        raise SettingsError(str(error)) from error
    except FileNotFoundError as error:
        raise SettingsError(_("There is no file {file}.").format(file=file)) from error

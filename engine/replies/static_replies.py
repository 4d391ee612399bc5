"""The prepared sentences that all personas share, read from TOML."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import resources
from engine.errors import SettingsError
from engine.language import _
from engine.replies.language_detection import Language
from engine.replies.persona import Message, Reply, Texts

SHIPPED = Path(resources.__file__).parent / "profiles" / "static_replies.toml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrases(_Part):
    """What is said, and what is answered."""

    when: tuple[str, ...]
    say: tuple[Message, ...] = Field(min_length=1)


class Kind(_Part):
    """One sort of small talk, in both languages."""

    name: str
    asides: bool = False  # whether one of the persona's may follow
    tr: Phrases
    en: Phrases

    def of(self, language: Language) -> Phrases:
        return self.tr if language is Language.TURKISH else self.en


class StaticReplies(BaseModel):
    """A file's contents; wrapped by `StaticPool`, one for each persona."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: tuple[Kind, ...] = ()
    reply: tuple[Reply, ...] = ()
    fallback: Texts
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

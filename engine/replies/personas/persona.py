"""Defines a persona: profile, style, emotion, stances, holdings, and prepared answers."""

import enum
import hashlib
from functools import cached_property
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.replies.text.language_detection import Language

Line = Annotated[str, Meta(min_length=1, max_length=300)]
Paragraph = Annotated[str, Meta(min_length=1, max_length=1_000)]
Message = Annotated[str, Meta(min_length=1, max_length=4_096)]
Words = tuple[Line, ...]
SomeWords = Annotated[Words, Meta(min_length=1)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a persona's file."""


class Texts(_Part, frozen=True):
    """Sentences in each language."""

    tr: tuple[Message, ...] = ()
    en: tuple[Message, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        """Return the sentences in `language`."""
        return self.tr if language is Language.TURKISH else self.en


class PersonaProfile(_Part, frozen=True):
    """The facts about the character; the bot claims none of them about a person."""

    name: Line | None = None  # None: the bot's own name on Telegram
    age: Annotated[int, Meta(ge=1, le=120)] | None = None
    city: Line | None = None
    work: Line | None = None
    about: Paragraph = ""


class Formality(enum.StrEnum):
    """The form of address: "sen" or "siz" in Turkish."""

    INFORMAL = "informal"
    FORMAL = "formal"


class Length(enum.StrEnum):
    """The usual length of a message."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Emoji(enum.StrEnum):
    """The frequency of emoji."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    OFTEN = "often"


class Style(_Part, frozen=True):
    """The style of writing."""

    tone: Line = "friendly and clear"
    formality: Formality = Formality.INFORMAL
    length: Length = Length.SHORT
    emoji: Emoji = Emoji.SOMETIMES
    sayings: Words = ()
    avoids: Words = ()  # what it never talks about or does


class Emotion(_Part, frozen=True):
    """The mood, and how strongly it shows."""

    mood: Line = "calm"
    strength: Annotated[float, Meta(ge=0, le=1)] = 0.5


class Position(enum.StrEnum):
    """The side taken in a stance."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Stance(_Part, frozen=True):
    """An opinion on a topic; `words` are what people call the topic."""

    topic: Line
    words: SomeWords
    position: Position
    because: Line


class Holding(_Part, frozen=True):
    """A possession; `amount` is worded as the character would say it, None if it does not tell."""

    name: Line
    words: SomeWords
    amount: Line | None = None
    since: Annotated[int, Meta(ge=1900, le=2100)] | None = None


class Fact(_Part, frozen=True):
    """Another fact, e.g. the team is Göztepe."""

    name: Line
    words: SomeWords  # what people call the thing
    value: Line


class Topic(_Part, frozen=True):
    """A topic the character likes to talk about."""

    name: Line
    words: SomeWords


class PreparedReply(_Part, frozen=True):
    """A prepared answer to frequent questions."""

    language: Language
    when: SomeWords
    say: Annotated[tuple[Message, ...], Meta(min_length=1)]


class Persona(_Part, frozen=True, dict=True):
    """One character; several bots may share it."""

    title: Line
    language: Language = Language.ENGLISH  # used where a chat's own language is unknown
    profile: PersonaProfile = PersonaProfile()
    style: Style = Style()
    emotion: Emotion = Emotion()
    stances: tuple[Stance, ...] = ()
    holdings: tuple[Holding, ...] = ()
    facts: tuple[Fact, ...] = ()
    topics: tuple[Topic, ...] = ()
    small_talk: dict[Line, Texts] = {}  # by kind, as in static_replies.toml
    asides: Texts = Texts()  # sentences that may follow small talk
    replies: tuple[PreparedReply, ...] = ()
    fallback: Texts = Texts()
    announcements: Texts = Texts()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that an answer depends on."""
        return hashlib.blake2b(msgspec.json.encode(self), digest_size=8).hexdigest()

    def name_for(self, display_name: str) -> str:
        """Return the character's name in a bot that is called `display_name` on Telegram."""
        return self.profile.name or display_name

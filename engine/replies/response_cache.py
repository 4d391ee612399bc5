"""Answers that may be shared: several for each question, so that no chat hears one twice."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from engine.clock import Clock
from engine.replies.personas.persona import Persona
from engine.replies.shareability import asks_in_words
from engine.replies.text.canonical import canonical
from engine.replies.text.language_detection import Language
from engine.replies.text.likeness import normalise

TIME_TO_LIVE = 300.0  # s
TAG = "replies"
_VARIANTS = 8  # answers kept for a question

_chance = random.Random()  # noqa: S311 - variety, not secrecy


class SharedAnswer(msgspec.Struct, frozen=True):
    """One answer to a question."""

    text: str
    until: float  # seconds since the epoch


class SharedAnswers(msgspec.Struct, frozen=True):
    """All that is kept of one question."""

    answers: tuple[SharedAnswer, ...] = ()
    wordings: tuple[str, ...] = ()  # hashes of the questions as typed


class Store(Protocol):
    """What is asked of the cache behind it."""

    async def get(self, key: str) -> SharedAnswers | None: ...

    async def set(
        self, key: str, value: SharedAnswers, *, ttl: float, tags: tuple[str, ...]
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What matters of a question: two that share a key may share an answer."""

    key: str
    wording: str  # hash of the words as typed, but for case and spacing


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer, and whether it was given to the very same words."""

    text: str
    is_exact: bool


def question_of(text: str, persona: Persona, language: Language) -> Question | None:
    """None if nothing is left of `text` to tell it by."""
    asked = canonical(text)
    if not asked:
        return None
    if asks_in_words(text):  # many leave the mark out
        asked = asked.removesuffix(" ?")
    key = _hash(persona.fingerprint, language.value, asked)
    return Question(f"reply:{key}", _hash(normalise(text)))


def remark_on(topic: str, persona: Persona, name: str, language: Language) -> Question:
    """What a remark on a persona's own topic is kept by, made of nothing but the persona."""
    key = _hash(persona.fingerprint, name, language.value, topic)
    return Question(f"remark:{key}", key)


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class ResponseCache:
    """Persona, language and question decide; which provider answered does not."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._flights: dict[str, asyncio.Event] = {}

    async def find(
        self, question: Question, is_fresh: Callable[[str], bool]
    ) -> CachedAnswer | None:
        """An answer kept for `question` that `is_fresh` for the chat."""
        kept = await self._kept(question)
        fresh = [answer.text for answer in kept.answers if is_fresh(answer.text)]
        if not fresh:
            return None
        return CachedAnswer(_chance.choice(fresh), question.wording in kept.wordings)

    async def add(self, question: Question, answer: str) -> None:
        """Keep one more answer for `question`, the oldest making room."""
        kept = await self._kept(question)
        new = SharedAnswer(answer, self._clock.now() + TIME_TO_LIVE)
        answers = (*(one for one in kept.answers if one.text != answer), new)
        wordings = (*(one for one in kept.wordings if one != question.wording), question.wording)
        entry = SharedAnswers(answers[-_VARIANTS:], wordings[-_VARIANTS:])
        await self._store.set(question.key, entry, ttl=TIME_TO_LIVE, tags=(TAG,))

    @asynccontextmanager
    async def flight(self, question: Question) -> AsyncIterator[None]:
        """Around the making of an answer, so that `landed` can wait for it."""
        if question.key in self._flights:
            yield
            return
        done = self._flights[question.key] = asyncio.Event()
        try:
            yield
        finally:
            del self._flights[question.key]
            done.set()

    async def landed(self, question: Question, within: float) -> bool:
        """Wait, `within` s at most, for another's making of an answer; False: there was none."""
        flight = self._flights.get(question.key)
        if flight is None:
            return False
        try:
            async with asyncio.timeout(within):
                await flight.wait()
        except TimeoutError:
            return False
        return True

    async def _kept(self, question: Question) -> SharedAnswers:
        kept = await self._store.get(question.key) or SharedAnswers()
        now = self._clock.now()
        living = tuple(answer for answer in kept.answers if answer.until > now)
        return SharedAnswers(living, kept.wordings if living else ())

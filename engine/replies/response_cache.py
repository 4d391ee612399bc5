"""Caches answers that may be shared: several for each question, so no chat hears one twice."""

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
    """Everything kept for one question."""

    answers: tuple[SharedAnswer, ...] = ()
    wordings: tuple[str, ...] = ()  # hashes of the questions as typed


class AnswerStore(Protocol):
    """The cache behind it."""

    async def get(self, key: str) -> SharedAnswers | None:
        """Return the answers under `key`, or None."""

    async def set(
        self, key: str, value: SharedAnswers, *, ttl: float, tags: tuple[str, ...]
    ) -> None:
        """Store the answers under `key` for `ttl` seconds."""


@dataclass(frozen=True, slots=True)
class Question:
    """The key of a question: questions with one key may share an answer."""

    key: str
    wording: str  # hash of the words as typed, except case and spacing


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer, and whether the question had the very same words."""

    text: str
    is_exact: bool


def question_of(text: str, persona: Persona, language: Language) -> Question | None:
    """Return the question's key, or None if nothing is left of `text` to identify it."""
    asked = canonical(text)
    if not asked:
        return None
    if asks_in_words(text):  # many omit the question mark
        asked = asked.removesuffix(" ?")
    key = _hash(persona.fingerprint, language.value, asked)
    return Question(f"reply:{key}", _hash(normalise(text)))


def remark_on(topic: str, persona: Persona, name: str, language: Language) -> Question:
    """Return the key of a remark on a persona's own topic, made from the persona only."""
    key = _hash(persona.fingerprint, name, language.value, topic)
    return Question(f"remark:{key}", key)


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class ResponseCache:
    """Finds answers by persona, language and question, regardless of the provider."""

    def __init__(self, store: AnswerStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._flights: dict[str, asyncio.Event] = {}

    async def find(
        self, question: Question, is_fresh: Callable[[str], bool]
    ) -> CachedAnswer | None:
        """Return a cached answer to `question` that is new to the chat (`is_fresh`), or None."""
        kept = await self._kept(question)
        fresh = [answer.text for answer in kept.answers if is_fresh(answer.text)]
        if not fresh:
            return None
        return CachedAnswer(_chance.choice(fresh), question.wording in kept.wordings)

    async def add(self, question: Question, answer: str) -> None:
        """Keep one more answer to `question`; the oldest makes room."""
        kept = await self._kept(question)
        new = SharedAnswer(answer, self._clock.now() + TIME_TO_LIVE)
        answers = (*(one for one in kept.answers if one.text != answer), new)
        wordings = (*(one for one in kept.wordings if one != question.wording), question.wording)
        entry = SharedAnswers(answers[-_VARIANTS:], wordings[-_VARIANTS:])
        await self._store.set(question.key, entry, ttl=TIME_TO_LIVE, tags=(TAG,))

    @asynccontextmanager
    async def flight(self, question: Question) -> AsyncIterator[None]:
        """Wrap the making of an answer, so that `landed` can wait for it."""
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
        """Wait at most `within` s for another's answer under way; return False without one."""
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

"""Checks a provider's answer: language, leaks, consistency, duplicates, length."""

import asyncio
import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.replies.guards.consistency_guard import ConsistencyGuard
from engine.replies.guards.duplicates import DuplicateDetector
from engine.replies.guards.leak_guard import LeakGuard
from engine.replies.personas.persona import Persona
from engine.replies.prompt_builder import character_sheet
from engine.replies.text.foreign_language import foreign_language
from engine.replies.text.language_detection import Language, leaning
from engine.replies.text.recent_answers import RecentAnswers

MOST_LETTERS = 4_096  # of a Telegram message
_SURE = 1.5  # leaning above which an answer is in the other language
_MOST_GUARDS = 1_024
_LONG = 1_500  # letters above which an answer is read in a thread, as it takes 5 ms and more

_WRAPPED = re.compile(r"<message[^>]*>(.*?)(?:</message>|\Z)", re.DOTALL)
_QUOTATION = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)'[^']+'(?!\w)")
_QUOTES = {'"': '"', "“": "”", "«": "»", "'": "'"}


class Fault(enum.StrEnum):
    """The reason why a provider's answer is rejected."""

    EMPTY = "empty"
    LANGUAGE = "language"
    LEAK = "leak"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Draft:
    """A provider's answer after cleaning; it may be sent if `fault` is None."""

    text: str
    fault: Fault | None = None
    correction: str = ""  # instruction for the next try


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions that an answer must meet."""

    persona: Persona
    name: str
    language: Language
    chat: int
    said: RecentAnswers


class AnswerChecks:
    """Checks answers for all bots."""

    def __init__(self, duplicates: DuplicateDetector) -> None:
        self._duplicates = duplicates
        self._leaks = LeakGuard()
        self._guards: dict[tuple[str, str], ConsistencyGuard] = {}

    def learn(self, chat: int, texts: Sequence[str]) -> None:
        """Learn what people wrote in `chat`, so that no other chat hears it."""
        for text in texts:
            self._leaks.learn(chat, text)

    async def judge(self, answer: str, known: Sequence[str], conditions: Conditions) -> Draft:
        """Return `answer` cleaned and checked; `known` are this chat's texts in its prompt."""
        guard = await self._guard(conditions.persona, conditions.name)
        if len(answer) > _LONG:
            draft = await asyncio.to_thread(self._read, answer, known, conditions, guard)
        else:
            draft = self._read(answer, known, conditions, guard)
        if draft.fault is None and await self._duplicates.find(draft.text, conditions.said):
            return Draft(draft.text, Fault.DUPLICATE, "the same was said a moment ago")
        return draft

    def _read(
        self, answer: str, known: Sequence[str], conditions: Conditions, guard: ConsistencyGuard
    ) -> Draft:
        text = tidy(answer[: 2 * MOST_LETTERS], conditions.name)
        if not text:
            return Draft("", Fault.EMPTY, "it was empty")
        if len(text) > MOST_LETTERS:
            return Draft(text, Fault.TOO_LONG, "it was far too long")
        sheet = character_sheet(conditions.persona, conditions.name)
        if leak := self._leaks.leaks(text, conditions.chat, known, sheet):
            return Draft(text, Fault.LEAK, leak)
        if not speaks(text, conditions.language, known):
            return Draft(text, Fault.LANGUAGE, "it was in the wrong language")
        if wrong := guard.contradictions(text):
            return Draft(text, Fault.CONTRADICTION, "; ".join(wrong))
        return Draft(text)

    async def prepare(self, persona: Persona, name: str) -> None:
        """Build the persona's guard ahead of its first answer."""
        await self._guard(persona, name)

    async def _guard(self, persona: Persona, name: str) -> ConsistencyGuard:
        key = (persona.fingerprint, name)
        guard = self._guards.get(key)
        if guard is None:
            made = await asyncio.to_thread(ConsistencyGuard, persona, name)
            if len(self._guards) >= _MOST_GUARDS:
                self._guards.clear()
            guard = self._guards.setdefault(key, made)
        return guard


def speaks(text: str, language: Language, known: Sequence[str] = ()) -> bool:
    """Return True if `text` is in `language`, or in another language that `known` uses.

    A few words or a quotation of another language are allowed.
    """
    prose = _QUOTATION.sub(" ", text)
    foreign = foreign_language(prose)
    if foreign is not None:
        return any(foreign_language(line) == foreign for line in known)
    lean = leaning(prose)
    return lean > -_SURE if language is Language.TURKISH else lean < _SURE


def tidy(text: str, name: str) -> str:
    """Return the bare message: no markup, no leading name, no surrounding quotation marks."""
    text = text.strip()
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1].strip()
    for prefix in (f"{name}:", f"**{name}:**"):
        text = text.removeprefix(prefix).lstrip()
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return text

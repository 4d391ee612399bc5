"""A scripted provider, and a pipeline on it that keeps everything in memory."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.gates import Gates
from engine.replies.completion import Complete, Completion, Priority, Prompt, Requester, Role
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import SHIPPED, load_persona
from engine.replies.personas.static_replies import load_static_replies
from engine.replies.pipeline import MemoryStore, Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.replies.response_cache import SharedAnswers
from engine.storage.messages.message import HistoryEntry
from engine.storage.people.agreement import Agreement, Moment, Span
from tests.support.clock import ManualClock

Say = Callable[[Prompt], str]

REPLIES = load_static_replies()
MARKET_WATCHER = load_persona(SHIPPED / "market_watcher.toml")


class Provider:
    """Answers each prompt with what `say` says; `say` may raise."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.prompts: list[Prompt] = []
        self.requesters: list[Requester] = []

    async def complete(
        self, prompt: Prompt, requester: Requester, priority: Priority
    ) -> Completion:
        self.prompts.append(prompt)
        self.requesters.append(requester)
        await asyncio.sleep(0)  # no answer of a network is there at once
        return Completion(self.say(prompt), "Scripted", "model", 10, 10, 0.0)


def system(prompt: Prompt) -> str:
    return "\n".join(turn.text for turn in prompt.turns if turn.role is Role.SYSTEM)


def people(prompt: Prompt) -> str:
    return "\n".join(turn.text for turn in prompt.turns if turn.role is not Role.SYSTEM)


class DictStore:
    """A cache with time to live."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.entries: dict[str, tuple[SharedAnswers, float]] = {}

    async def get(self, key: str) -> SharedAnswers | None:
        entry = self.entries.get(key)
        return entry[0] if entry and entry[1] > self._clock.now() else None

    async def set(
        self, key: str, value: SharedAnswers, *, ttl: float, tags: tuple[str, ...]
    ) -> None:
        self.entries[key] = (value, self._clock.now() + ttl)


@dataclass
class Stage:
    """A pipeline and all around it."""

    say: Say
    memory: MemoryStore | None = None
    complete: Complete | None = None  # instead of the provider's
    clock: ManualClock = field(default_factory=ManualClock)
    gates: Gates = field(default_factory=Gates)
    providers: Sequence[str] = ("Scripted",)
    agreed: set[int] = field(default_factory=lambda: {1, 2, 3})
    spans: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    """By person, instead of having agreed before everything."""
    lines: list[HistoryEntry] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.provider = Provider(self.say)
        self.store = DictStore(self.clock)
        self.pipeline = Pipeline(
            replies=REPLIES,
            complete=self.complete or self.provider.complete,
            providers=lambda: self.providers,
            agreement=self._agreement,
            history=self._history,
            store=self.store,
            gates=self.gates,
            clock=self.clock,
            on_error=self.errors.append,
            memory=self.memory,
        )

    async def ask(
        self,
        text: str,
        *,
        chat: int = 1,
        person: int = 1,
        persona: Persona = MARKET_WATCHER,
        waited: float = 0.0,
        message: int = 10_000,
        at: float = 0.0,
        of_another: bool = False,
    ) -> str:
        asked = ReplyRequest(
            "bot",
            "Deniz Bot",
            persona,
            chat,
            person,
            message,
            text,
            waited,
            at=at,
            of_another=of_another,
        )
        return (await self.pipeline.answer(asked)).text

    async def _agreement(self, person: int, bot: str, chat: int) -> Agreement:
        spans = (Span(Moment(-1.0)),) if person in self.agreed else ()
        return Agreement(chat, self.spans.get(person, spans))

    async def _history(self, bot: str, chat: int, limit: int) -> Sequence[HistoryEntry]:
        return self.lines[-limit:]


def line(text: str, person: int | None = 1, message: int | None = None) -> HistoryEntry:
    """One line of a chat; of the bot's own without a person."""
    return HistoryEntry(0.0, person is None, person, text, message)


def answer(text: str, asked: HistoryEntry) -> HistoryEntry:
    """What the bot answered to a line."""
    return asked.answered_by(asked.at, text)

"""A fleet from received messages to prompts, and what everybody had agreed to when they wrote.

Storage, consents, queues, history, memory and prompts are real. Telegram is made of lists that
hand over late if told to; the provider repeats every word it is shown, as the worst one would.
"""

import asyncio
import re
import string
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.command_replies import CommandReplies
from engine.bots.messages.messaging_context import MessagingContext
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.messages.processor import MessageProcessor, OwnNames
from engine.cache.cache import Cache
from engine.cache.chat_log import ChatLog
from engine.cache.memory import MemoryLevel
from engine.cache.policies.store import Eviction
from engine.gates import Gates
from engine.replies.completion import Completion, Priority, Prompt, Requester, Role
from engine.replies.memory.long_term import LongTermMemory
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.shared_history import SharedHistory
from engine.storage.opening import open_database
from engine.storage.peer import Peer
from engine.storage.people.consents import Consents
from tests.support.clock import ManualClock
from tests.support.scripted_replies import MARKET_WATCHER, REPLIES, DictStore
from tests.unit.bots.announcing import InstantClock

BOTS = ("anna", "bora")
ADA, CAN = 501, 502
CLUB, BASIC = -1_001_000_000_001, -77
_MARK = re.compile(r"\bzq[a-z]{4}\b")
_SENTENCES = (
    "I live near the {mark} harbour.",
    "and what of the {mark}, what was it again?",
    "what do you say to a {mark} in winter?",
)


@dataclass
class Written:
    """One message of a person, by the word that it alone has."""

    person: int
    chat: int
    bot: str  # whom it addresses
    was_agreed: bool  # when it was written
    is_erased: bool = False

    @property
    def place(self) -> tuple[int, int, str]:
        return place_of(self.person, self.chat, self.bot)


def place_of(person: int, chat: int, bot: str) -> tuple[int, int, str]:
    """Where a consent counts: with one bot, or in a group."""
    return person, chat, bot if chat > 0 else ""


@dataclass
class _Bot:
    """One account and what Telegram has for it."""

    processor: MessageProcessor
    undelivered: list[IncomingMessage]
    is_held: bool = False


class World:
    """Ends in `violations`: words that went to the provider and should not have."""

    def __init__(self, database: Database, clock: InstantClock) -> None:
        self.database = database
        self.clock = clock
        self._numbers: defaultdict[int | str, int] = defaultdict(int)
        self.written: dict[str, Written] = {}
        self._agreed: set[tuple[int, int, str]] = set()
        self._declined: set[tuple[int, int, str]] = set()  # and a bot has heard of it
        self.prompts: list[str] = []
        self.violations: list[str] = []
        self.errors: list[BaseException] = []
        self._bots: dict[str, _Bot] = {}

    @classmethod
    async def begin(cls, directory: Path) -> "World":
        clock = InstantClock()
        database = await open_database(None, directory, clock=clock, on_trouble=lambda _: None)
        world = cls(database, clock)
        await world._start()
        return world

    async def end(self) -> None:
        for name in BOTS:
            await self.hand_over(name)
        await self.answers()
        for bot in self._bots.values():
            await bot.processor.stop()
        await self.database.close()

    async def restart(self) -> None:
        """Stop at once, and go on as a new process."""
        undelivered = {name: bot.undelivered for name, bot in self._bots.items()}
        held = {name for name, bot in self._bots.items() if bot.is_held}
        for bot in self._bots.values():
            await bot.processor.stop()
        await self._start()
        for name, bot in self._bots.items():
            bot.undelivered, bot.is_held = undelivered[name], name in held

    async def _start(self) -> None:
        clock, gates = self.clock, Gates()
        self._lines: Cache[list[Any]] = Cache(
            "log", list[Any], clock=clock, memory=MemoryLevel(Eviction.LRU, 100, 1 << 20, clock)
        )
        messages = ChatLog(Messages(self.database), self._lines)
        stored = Consents(self.database)
        policy = ConsentPolicy(stored, clock, providers=lambda: ("Scripted",))
        memory = LongTermMemory(self.database, clock, gates, policy.model_agreement)
        services = ConsentServices.build(
            self.database,
            gates,
            clock,
            messages=messages,
            policy=policy,
            stores=(memory, SimpleNamespace(export=_nothing, erase=self._uncache)),
        )
        self._pipeline = Pipeline(
            replies=REPLIES,
            complete=self._complete,
            providers=lambda: ("Scripted",),
            agreement=policy.model_agreement,
            history=messages.history,
            store=DictStore(ManualClock()),
            gates=gates,
            clock=clock,
            on_error=self.errors.append,
            memory=memory,
        )
        policy.on_withdrawal(self._pipeline.break_off)
        limits = await Limits.load(self.database, Maxima(), clock)
        context = MessagingContext(
            messages=messages,
            conversation=_Conversation(self._pipeline),
            limits=limits,
            own=OwnAccounts(),
            services=services,
            clock=clock,
            publish=lambda _event: None,
            on_error=self.errors.append,
        )
        for name in BOTS:
            outbox = Outbox(_connected, lambda *_: None, limits, clock)
            commands = CommandReplies(name, services, _connected, clock)
            processor = MessageProcessor(name, context, outbox, commands, _own_names(name))
            self._bots[name] = _Bot(processor, [])
            await processor.resume()

    # -- what people do --

    async def write(
        self, person: int, chat: int, bot: str, sentence: int = 0, passed_on: bool = False
    ) -> str:
        """A message with a word of its own, in `chat` (0: the person's with the bot)."""
        mark = _mark(len(self.written))
        chat = chat or person
        place = place_of(person, chat, bot)
        was_agreed = place in self._agreed and not passed_on
        self.written[mark] = Written(person, chat, bot, was_agreed)
        text = _SENTENCES[sentence].format(mark=mark)
        await self._post(person, chat, bot, text, passed_on=passed_on)
        return mark

    async def pass_on(self, person: int, chat: int, bot: str, command: str) -> None:
        """A command that somebody else wrote."""
        await self._post(person, chat or person, bot, f"/{command}", passed_on=True)

    async def agree(self, person: int, chat: int, bot: str) -> None:
        place = place_of(person, chat or person, bot)
        self._agreed.add(place)
        self._declined.discard(place)
        await self._post(person, chat or person, bot, f"/agree@{bot}")

    async def decline(self, person: int, chat: int, bot: str) -> None:
        place = place_of(person, chat or person, bot)
        self._agreed.discard(place)
        await self._post(person, chat or person, bot, f"/decline@{bot}")
        if not self._bots[bot].is_held:
            self._declined.add(place)

    async def forget(self, person: int, bot: str) -> None:
        """In their chat with the bot, whose answer is waited for."""
        await self.answers()
        await self._post(person, person, bot, f"/forget@{bot} yes")
        await self.hand_over(bot)
        await self.answers()
        self._agreed = {place for place in self._agreed if place[0] != person}
        for one in self.written.values():
            one.is_erased |= one.person == person

    async def ask_for_data(self, person: int, bot: str) -> None:
        await self._post(person, person, bot, f"/mydata@{bot}")

    async def _post(
        self, person: int, chat: int, bot: str, text: str, *, passed_on: bool = False
    ) -> None:
        shared = self._next(chat) if chat == CLUB else None
        for name in BOTS if chat < 0 else (bot,):
            own = IncomingMessage(
                account=name,
                chat=chat,
                # In a basic group each account counts for itself, together with its other chats.
                message=shared or self._next(name),
                sender=person,
                sender_is_bot=False,
                kind=ChatKind.DIRECT if chat > 0 else ChatKind.GROUP,
                text=text,
                mentions_us=chat < 0 and name == bot and not text.startswith("/"),
                peer=Peer("user" if chat > 0 else "channel", abs(chat)),
                at=float(int(self.clock.now())),
                of_another=passed_on,
            )
            self._bots[name].undelivered.append(own)
        for name in BOTS:
            await self._deliver(name)

    def _next(self, of: int | str) -> int:
        self._numbers[of] += 1
        return self._numbers[of]

    # -- what Telegram and the bots do --

    async def hold(self, bot: str) -> None:
        """Telegram keeps what is for the bot, until `hand_over`."""
        self._bots[bot].is_held = True

    async def hand_over(self, bot: str) -> None:
        self._bots[bot].is_held = False
        await self._deliver(bot)

    async def passes(self, seconds: float) -> None:
        self.clock.time += seconds

    async def _deliver(self, bot: str) -> None:
        account = self._bots[bot]
        if account.is_held or not account.undelivered:
            return
        batch, account.undelivered[:] = tuple(account.undelivered), []
        await account.processor.receive(batch, frozenset({bot}))

    async def answers(self) -> None:
        """Wait until the bots have answered all they have."""
        for bot in self._bots.values():
            await bot.processor.drained()

    async def talk(self, bot: str) -> None:
        """The bot says something in the club of its own accord, on all the bots know of it."""
        lines = await SharedHistory(self.database).of(BOTS, CLUB, 50)
        asked = ReplyRequest(bot, bot, MARKET_WATCHER, CLUB, 0, 0, "")
        answering = next((line for line in reversed(lines) if line.person and line.is_talk), None)
        await self._pipeline.remark(asked, lines, answering)
        await self._pipeline.remark(asked, lines, None)

    async def _complete(
        self, prompt: Prompt, requester: Requester, priority: Priority
    ) -> Completion:
        del requester, priority
        for _ in range(3):  # a network's answer takes a while
            self._check(prompt)
            await asyncio.sleep(0)
        shown = "\n".join(turn.text for turn in prompt.turns if turn.role is not Role.SYSTEM)
        marks = sorted(set(_MARK.findall(shown)))
        self.prompts.append(shown)
        number = len(self.prompts)
        return Completion(
            f"As for {_mark(number)[2:]}, I have heard of {', '.join(marks) or 'nothing'} today.",
            "Scripted",
            "model",
            10,
            10,
            0.0,
        )

    def _check(self, prompt: Prompt) -> None:
        for turn in prompt.turns:
            for mark in _MARK.findall(turn.text):
                one = self.written[mark]
                if not one.was_agreed or one.is_erased or one.place in self._declined:
                    self.violations.append(f"{mark} {one} in {turn.text!r}")

    async def _uncache(self, _person: int) -> None:
        await self._lines.clear()


class _Conversation:
    """Responds like `PersonaConversation`, with one persona."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def respond(self, incoming: IncomingMessage, waited: float) -> str:
        asked = ReplyRequest(
            bot=incoming.account,
            display_name=incoming.account.title(),
            persona=MARKET_WATCHER,
            chat=incoming.chat,
            person=incoming.sender,
            message=incoming.message,
            text=incoming.text,
            waited=waited,
            at=incoming.at,
            of_another=incoming.of_another,
        )
        return (await self._pipeline.answer(asked)).text


def _own_names(bot: str) -> OwnNames:
    async def names() -> frozenset[str]:
        return frozenset({bot})

    return names


class _Client:
    """Takes whatever is sent."""

    async def send_message(self, *_: Any, **__: Any) -> None:
        await asyncio.sleep(0)


async def _connected() -> Any:
    return _Client()


async def _nothing(_person: int) -> tuple[str, ...]:
    return ()


def _letters(number: int) -> Iterator[str]:
    for _ in range(4):
        number, place = divmod(number, 26)
        yield string.ascii_lowercase[place]


def _mark(number: int) -> str:
    """A word that nobody else says."""
    return "zq" + "".join(_letters(number * 7_919))

"""A fleet without Telegram: the engine's own parts between what people write and what is sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec

from engine.assembly.speech import Speech, open_speech
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.command_replies import CommandReplies
from engine.bots.messages.ended import MessageEnded
from engine.bots.messages.messaging_context import MessagingContext
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.outcomes import Outcomes
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.messages.processor import MessageProcessor
from engine.bots.unasked.announcer import Announcer
from engine.bots.unasked.talk import Talk
from engine.bots.unasked.talk_pace import TalkPace, TalkRange
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.bus import Bus
from engine.cache.chat_log import ChatLog
from engine.cache.named import NamedCaches, Sizes
from engine.gates import Gates
from engine.replies.completion import Completion, Priority, Prompt, Requester
from engine.replies.providers.gateway import Gateway
from engine.replies.providers.opening import open_gateway
from engine.replies.response_cache import SharedAnswers
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import Settings, load_settings
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.shared_history import SharedHistory
from engine.storage.peer import Peer
from engine.storage.people.consents import EVERY_BOT, Purpose
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.telegram.client.client import AccountClient
from tests.performance.day_people import Kind, Person, Scale, Written
from tests.performance.day_provider import Meter
from tests.performance.day_time import MovedClock
from tests.support.servers.gateways import open_database

_FIRST_SUPERGROUP = -1_000_000_000_000
_PERSONAS = ("assistant", "cafe_host", "football_fan", "market_watcher", "support_mentor")
_FIRST_GROUP = 500


class LocalBot:
    """A bot from its message processor on, always connected."""

    def __init__(self, name: str, talking: frozenset[int], context: MessagingContext) -> None:
        self.name = name
        self.privacy_mode_in: tuple[str, ...] = ()
        self._talking = talking
        context.services.names.learn(name, name)
        outbox = Outbox(self._connected, lambda *_: None, context.limits, context.clock)
        commands = CommandReplies(name, context.services, self._connected, context.clock)
        self.processor = MessageProcessor(name, context, outbox, commands, self._own_names)

    @property
    def client(self) -> AccountClient:
        return cast("AccountClient", self)

    async def _connected(self) -> AccountClient:
        return self.client

    def access_hash(self, chat: int) -> int:
        del chat
        return 0

    async def send_message(self, *_message: object, **_options: object) -> None:
        """Telegram takes every message at once."""

    async def say(self, row: int, message: OutgoingMessage) -> None:
        await self.processor.say(row, message)

    def sees_all(self, chat: int) -> bool | None:
        return chat in self._talking

    async def _own_names(self) -> frozenset[str]:
        return frozenset({self.name.casefold()})


class Wishes:
    """Asks a gateway, and counts what would be refused if every call left at once."""

    def __init__(self, gateway: Gateway, meter: Meter) -> None:
        self._gateway = gateway
        self._meter = meter

    async def complete(
        self, prompt: Prompt, requester: Requester, priority: Priority
    ) -> Completion:
        self._meter.take()
        return await self._gateway.complete(prompt, requester, priority)


@dataclass(frozen=True, slots=True)
class DayFleet:
    """All that a day needs, and what it is judged by."""

    bots: tuple[LocalBot, ...]
    speech: Speech
    gateway: Gateway
    caches: NamedCaches[SharedAnswers]
    outcomes: Outcomes
    unasked: UnaskedCounts
    settings: Settings
    database: Database
    unlimited: Meter
    reported: list[BaseException]
    clock: MovedClock

    async def hear(self, number: int, one: Written) -> None:
        """Hand a message to whoever would get it."""
        hearing = [one.bot]
        if one.kind is Kind.CHATTER and one.group is not None:
            hearing = list(members(one.group, len(self.bots)))
        for bot in hearing:
            name = self.bots[bot].name
            incoming = _incoming(name, number, one, self.clock.now())
            await self.bots[bot].processor.receive([incoming], frozenset({name.casefold()}))

    async def remember_consents(self, people: Sequence[Person]) -> None:
        """Those who agreed on an earlier day."""
        give = self.speech.services.policy.give
        for person in people:
            if person.has_agreed:
                for bot in person.bots:
                    await give(person.number, self.bots[bot].name, person.number, Purpose.LLM)
                await give(person.number, EVERY_BOT, group_chat(person.group), Purpose.LLM)


def members(group: int, bots: int) -> tuple[int, ...]:
    """The bots of a group that asked for talk."""
    return tuple((group + step * 20) % bots for step in range(3))


def group_chat(group: int) -> int:
    return _FIRST_SUPERGROUP - _FIRST_GROUP - group


def group_peer(group: int) -> Peer:
    return Peer("channel", _FIRST_GROUP + group)


def _incoming(account: str, number: int, one: Written, now: float) -> IncomingMessage:
    person = one.person
    is_direct = one.group is None
    return IncomingMessage(
        account=account,
        chat=person.number if one.group is None else group_chat(one.group),
        message=number,
        sender=person.number,
        sender_is_bot=False,
        kind=ChatKind.DIRECT if is_direct else ChatKind.GROUP,
        text=one.text,
        mentions_us=not is_direct and one.kind is not Kind.CHATTER,
        peer=Peer("user", person.number) if one.group is None else group_peer(one.group),
        at=now,
        language=person.language,
    )


@asynccontextmanager
async def day_fleet(directory: Path, scale: Scale) -> AsyncIterator[DayFleet]:
    """Running in `directory`, on a loop whose time is ours."""
    clock, gates = MovedClock(), Gates()
    reported: list[BaseException] = []
    settings = await asyncio.to_thread(_write_settings, directory, scale)
    database = await open_database(directory, clock)
    caches = await NamedCaches.open(Sizes(64 << 20, 0), SharedAnswers, directory, clock)
    secrets = SecretStore(directory, Seal([MasterKey.generate()]))
    gateway = await open_gateway(
        settings, secrets, database=database, gates=gates, clock=clock, on_error=reported.append
    )
    await gateway.start()
    unlimited = Meter(scale.per_minute)
    asked = Wishes(gateway, unlimited)
    names = tuple(one.name for one in gateway.stats().providers)
    messages = ChatLog(Messages(database), caches.log)
    speech = await open_speech(
        settings,
        database,
        messages=messages,
        cache=caches.gpt,
        profiles=caches.profile,
        complete=asked.complete,
        providers=lambda: names,
        gates=gates,
        clock=clock,
        on_error=reported.append,
    )
    limits = await Limits.load(database, Maxima(), clock)
    bus = Bus(reported.append)
    outcomes, unasked = Outcomes(), UnaskedCounts()
    bus.subscribe(MessageEnded, outcomes.note)
    bus.subscribe(MessageEnded, unasked.note)
    context = MessagingContext(
        messages=messages,
        conversation=speech.conversation,
        limits=limits,
        own=OwnAccounts(),
        services=speech.services,
        clock=clock,
        publish=bus.publish,
        on_error=reported.append,
    )
    talking = frozenset(map(group_chat, range(scale.talking)))
    bots = tuple(LocalBot(f"bot{number}", talking, context) for number in range(scale.bots))
    by_name = {bot.name: bot for bot in bots}
    await asyncio.gather(*(bot.processor.resume() for bot in bots))
    await _subscribe(database, scale, clock)
    talk = Talk(
        talkers=lambda: by_name,
        services=speech.services,
        counts=unasked,
        gates=gates,
        limits=limits,
        pace=TalkPace(TalkRange(), limits.hours, clock),
        messages=messages,
        history=SharedHistory(database),
        remark_writer=speech.remark_writer,
        clock=clock,
        on_error=reported.append,
    )
    announcer = Announcer(
        speakers=lambda: by_name,
        services=speech.services,
        database=database,
        messages=messages,
        texts=speech.announcements,
        counts=unasked,
        limits=limits,
        clock=clock,
        on_error=reported.append,
    )
    runs = talk.run(), announcer.run(), caches.run()
    works = [asyncio.create_task(run) for run in runs]
    try:
        yield DayFleet(
            bots,
            speech,
            gateway,
            caches,
            outcomes,
            unasked,
            settings,
            database,
            unlimited,
            reported,
            clock,
        )
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
        await asyncio.gather(*(bot.processor.stop() for bot in bots))
        await gateway.stop()
        await caches.close()
        await database.close()


async def _subscribe(database: Database, scale: Scale, clock: MovedClock) -> None:
    """Every group wants announcements of its bot, the first ones want talk."""
    begin = SubscriptionRecords(database).begin
    for group in range(scale.groups):
        wishes = [(group % scale.bots, Purpose.ANNOUNCEMENTS)]
        if group < scale.talking:
            wishes += [(bot, Purpose.TALK) for bot in members(group, scale.bots)]
        for bot, purpose in wishes:
            await begin(
                f"bot{bot}",
                group_chat(group),
                purpose,
                title=f"group {group}",
                peer=group_peer(group),
                by=1,
                at=clock.now(),
                confirmed=True,
                language="en" if group % 3 else "tr",
            )


def _write_settings(directory: Path, scale: Scale) -> Settings:
    """The product's own, with one provider that has a limit, and a persona for each bot."""
    (directory / "providers.toml").write_text(
        '[[provider]]\nname = "metered"\nkind = "compatible"\nmodel = "m"\n'
        f'base_url = "http://127.0.0.1:9/v1"\nrequests_per_minute = {scale.per_minute * 9 // 10}\n'
        f"min_interval = {60 / scale.per_minute}\n"
        "prompt_price = 0.10\ncompletion_price = 0.40\n",
        "utf-8",
    )
    chosen = {
        f"bot{bot}": _PERSONAS[bot // 8 % len(_PERSONAS)]
        for bot in range(scale.bots)
        if bot % 8 == 7  # the others speak as the default persona
    }
    (directory / "personas.json").write_bytes(msgspec.json.encode(chosen))
    return load_settings(directory)

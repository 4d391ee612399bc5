"""Groups, bots and people on a real database; words and Telegram are made of lists."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.outbox import Outbox
from engine.bots.unasked.talk import Talk
from engine.bots.unasked.talk_pace import TalkPace, TalkRange
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.gates import Gates
from engine.storage import opening
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.shared_history import SharedHistory, SharedLine
from engine.storage.peer import Peer
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import EVERY_BOT, Consents, Purpose
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.telegram.client.rights import peer_of
from tests.unit.bots.announcing import InstantClock

STEP = 20.0  # s between two polls; more than the real ones have, or a day would take minutes
CLUB = -1_001_000_000_001
ADA, CAN = 501, 502


@dataclass
class Said:
    """What arrived in a group."""

    bot: str
    chat: int
    text: str
    at: float
    reply_to: int | None


@dataclass
class Wanted:
    """A remark that words were wanted for."""

    bot: str
    answering: SharedLine | None
    lines: Sequence[SharedLine]


class Words:
    """Numbers remarks; `meanwhile` happens while they are thought of."""

    def __init__(self) -> None:
        self.wanted: list[Wanted] = []
        self.has_words = True
        self.interested: Collection[str] = ()
        self.meanwhile: Callable[[], Any] | None = None

    async def remark(
        self, bot: str, _chat: int, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        self.wanted.append(Wanted(bot, answering, lines))
        if self.meanwhile is not None:
            await self.meanwhile()
        return f"remark {len(self.wanted)}" if self.has_words else None

    def is_interested(self, bot: str, _texts: Sequence[str]) -> bool:
        return bot in self.interested


class Talking:
    """A bot without the bot: it and its connection."""

    def __init__(self, name: str, scene: "Scene") -> None:
        self.name = name
        self.client: Any = self
        self.privacy_mode_in: tuple[str, ...] = ()
        self.sights: dict[int, bool] = {}
        self.before_sending: Callable[[], Any] | None = None
        self._scene = scene
        self._outbox = Outbox(
            self._connected,
            lambda *_: None,
            scene.limits,
            scene.clock,
        )

    async def _connected(self) -> Any:
        return self

    def sees_all(self, chat: int) -> bool | None:
        return self.sights.get(chat)

    def access_hash(self, chat: int) -> int:
        del chat
        return 0

    async def send_message(
        self,
        peer: Peer,
        text: str,
        *,
        reply_to: int | None,
        random_id: int,
        preview: bool = True,
    ) -> None:
        del random_id, preview
        chat = next(chat for chat in self._scene.chats if peer_of(chat).id == peer.id)
        self._scene.said.append(Said(self.name, chat, text, self._scene.clock.now(), reply_to))

    async def say(self, row: int, message: OutgoingMessage) -> None:
        if self.before_sending is not None:
            await self.before_sending()
        scene = self._scene
        reason = await self._outbox.send(message, scene.services.subscriptions.wants)
        now = scene.clock.now()
        if reason is None:
            await scene.messages.sent(row, now)
        else:
            await scene.messages.set_aside(row, reason, now)


class Scene:
    """`restart` makes a new process of it."""

    def __init__(self, database: Database, clock: InstantClock) -> None:
        self.database = database
        self.clock = clock
        self.gates = Gates()
        self.messages = Messages(database)
        self.subscriptions = SubscriptionRecords(database)
        self.words = Words()
        self.said: list[Said] = []
        self.chats: set[int] = set()
        self.errors: list[BaseException] = []
        self._number = 100

    @classmethod
    async def begin(cls, database: Database, clock: InstantClock, **given: Any) -> "Scene":
        scene = cls(database, clock)
        await scene.restart(**given)
        return scene

    async def restart(
        self,
        *,
        bots: Sequence[str] = ("anna", "bora"),
        bounds: TalkRange | None = None,
        maxima: Maxima | None = None,
        providers: Sequence[str] = ("Local",),
    ) -> None:
        stored = Consents(self.database)
        policy = ConsentPolicy(stored, self.clock, providers=lambda: providers)
        self.services = ConsentServices.build(
            self.database, self.gates, self.clock, messages=self.messages, policy=policy
        )
        self.limits = await Limits.load(self.database, maxima or Maxima(), self.clock)
        self.bots: Mapping[str, Talking] = {name: Talking(name, self) for name in bots}
        self.talk = Talk(
            talkers=lambda: self.bots,
            services=self.services,
            counts=UnaskedCounts(),
            gates=self.gates,
            limits=self.limits,
            pace=TalkPace(bounds or TalkRange(), self.limits.hours, self.clock),
            messages=self.messages,
            history=SharedHistory(self.database),
            remark_writer=self.words,
            clock=self.clock,
            on_error=self.errors.append,
        )

    async def subscribe(self, *bots: str, chat: int = CLUB) -> None:
        self.chats.add(chat)
        for bot in bots:
            await self.subscriptions.begin(
                bot,
                chat,
                Purpose.TALK,
                title=f"Group {chat}",
                peer=peer_of(chat),
                by=ADA,
                at=self.clock.now(),
                confirmed=True,
            )

    async def unsubscribe(self, bot: str, chat: int = CLUB) -> None:
        await self.subscriptions.end(
            bot, chat, Purpose.TALK, reason="unsubscribed", at=self.clock.now()
        )

    async def agree(self, *people: int, chat: int = CLUB) -> None:
        for person in people:
            self._number += 1
            written = Moment(self.clock.now(), self._number)
            await self.services.policy.give(person, EVERY_BOT, chat, Purpose.LLM, written)

    async def decline(self, person: int, chat: int = CLUB) -> None:
        self._number += 1
        written = Moment(self.clock.now(), self._number)
        await self.services.policy.withdraw(person, EVERY_BOT, chat, Purpose.LLM, written)

    async def write(
        self,
        text: str,
        *,
        person: int = ADA,
        seen_by: Sequence[str] = ("anna",),
        chat: int = CLUB,
        left: str | None = "not_addressed",
    ) -> int:
        """A person writes; Telegram's number of it."""
        self._number += 1
        await self.messages.store_incoming(
            [
                IncomingMessage(
                    account=bot,
                    chat=chat,
                    message=self._number,
                    sender=person,
                    sender_is_bot=False,
                    kind=ChatKind.GROUP,
                    text=text,
                    mentions_us=left is None,
                    peer=peer_of(chat),
                    at=self.clock.now(),
                    left=left,
                )
                for bot in seen_by
            ]
        )
        return self._number

    async def passes(self, seconds: float) -> None:
        """Let time pass, as `Talk.run` would."""
        until = self.clock.time + seconds
        while self.clock.time < until:
            await self.talk.begin_due_remarks()
            await self.talk.remarks_made()
            self.clock.time += STEP
        assert self.errors == []

    async def converse(self, seconds: float, *, every: float, person: int = ADA) -> None:
        """Time in which a person says something every so many seconds."""
        until = self.clock.time + seconds
        while self.clock.time < until:
            await self.write(f"and at {self.clock.time:.0f}?", person=person)
            await self.passes(every)

    def times(self, bot: str) -> list[float]:
        return [one.at for one in self.said if one.bot == bot]


def fullest_hour(times: Sequence[float]) -> int:
    """The most that lie within any hour."""
    return max((sum(at <= other < at + 3600 for other in times) for at in times), default=0)


async def open_database(directory: Path, clock: InstantClock) -> Database:
    """One whose ids tell this clock's time."""
    return await opening.open_database(None, directory, clock=clock, on_trouble=lambda _: None)

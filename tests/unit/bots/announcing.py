"""An announcer on a real database, a Telegram made of a list, and a clock that never waits."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

from telethon.tl import types

from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.outbox import Outbox
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.bots.unasked.announcement_texts import AnnouncementTexts
from engine.bots.unasked.announcer import Announcer
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.gates import Gates
from engine.settings import Preset
from engine.storage.announcements import Announcements
from engine.storage.database.database import Database
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.telegram.client.rights import peer_of

STEP = 20.0  # s between two polls; more than the real ones have, or a day would take a minute
POOL = AnnouncementPool(
    {
        "fallback": {"en": ("one {name}", "two", "three"), "tr": ("bir", "iki")},
        "anna": {"en": ("own text",)},
    }
)


class InstantClock:
    """Whoever sleeps wakes at once, that much later."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += max(seconds, 0.0)
        await asyncio.sleep(0)


@dataclass
class Arrived:
    """One message in a chat."""

    chat: int
    text: str
    at: float
    random_id: int


@dataclass
class Telegram:
    """Takes messages as a client does; `leads` are the chats in which the account is somebody."""

    clock: InstantClock
    leads: set[int] = field(default_factory=set)
    arrived: list[Arrived] = field(default_factory=list)
    on_arrival: Callable[[], Any] = lambda: None

    async def connected(self) -> Self:
        return self

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
        del reply_to, preview
        self.arrived.append(Arrived(-peer.id, text, self.clock.now(), random_id))
        done = self.on_arrival()
        if asyncio.iscoroutine(done):
            await done

    async def ask(self, request: Any) -> Any:
        (number,) = request.id
        rights = types.ChatAdminRights() if -number in self.leads else None
        chat = types.Chat(
            number, f"Group {number}", types.ChatPhotoEmpty(), 3, None, 1, admin_rights=rights
        )
        return SimpleNamespace(chats=[chat])


class Speaker:
    """A bot called `name`, without the bot."""

    def __init__(
        self, name: str, telegram: Telegram, services: ConsentServices, database: Database
    ) -> None:
        self.name = name
        self.client: Any = telegram
        self._subscriptions = services.subscriptions
        self._messages = Messages(database)
        self._clock = telegram.clock
        self._telegram = telegram
        self.outbox: Outbox | None = None
        self.planned: list[OutgoingMessage] = []
        self.on_plan: Callable[[], Any] = lambda: None

    async def say(self, row: int, message: OutgoingMessage) -> None:
        self.planned.append(message)
        done = self.on_plan()
        if asyncio.iscoroutine(done):
            await done
        assert self.outbox is not None
        reason = await self.outbox.send(message, self._subscriptions.wants)
        if reason is None:
            await self._messages.sent(row, self._clock.now())
        else:
            await self._messages.set_aside(row, reason, self._clock.now())


class Scene:
    """One account and its announcer; `restart` makes a new process of it."""

    def __init__(self, database: Database, clock: InstantClock, preset: Preset) -> None:
        self.database = database
        self.clock = clock
        self.gates = Gates()
        self.subscriptions = SubscriptionRecords(database)
        self.telegram = Telegram(clock)
        self._preset = preset
        self.errors: list[BaseException] = []

    @classmethod
    async def begin(
        cls,
        database: Database,
        *,
        preset: Preset = Preset.NORMAL,
        maxima: Maxima | None = None,
    ) -> "Scene":
        scene = cls(database, InstantClock(), preset)
        await scene.restart(maxima or Maxima())
        return scene

    async def restart(self, maxima: Maxima | None = None) -> None:
        messages = Messages(self.database)
        services = ConsentServices.build(
            self.database, self.gates, self.clock, messages=messages, preset=self._preset
        )
        self.speaker = Speaker("bora", self.telegram, services, self.database)
        self.limits = await Limits.load(self.database, maxima or Maxima(), self.clock)
        self.speaker.outbox = Outbox(
            self.telegram.connected,  # type: ignore[arg-type]  # a client as far as it is asked
            lambda *_: None,
            self.limits,
            self.clock,
        )
        self.announcer = Announcer(
            speakers=lambda: {"bora": self.speaker},
            services=services,
            database=self.database,
            messages=messages,
            texts=AnnouncementTexts(
                POOL, Announcements(self.database), services.language, services.names
            ),
            counts=UnaskedCounts(),
            limits=self.limits,
            clock=self.clock,
            on_error=self.errors.append,
        )

    async def subscribe(self, *chats: int, by: int | None = 42, confirmed: bool = True) -> None:
        for chat in chats:
            await self.subscriptions.begin(
                "bora",
                chat,
                Purpose.ANNOUNCEMENTS,
                title=f"g{chat}",
                peer=peer_of(chat),
                by=by,
                at=self.clock.now(),
                confirmed=confirmed,
            )

    async def end(self, chat: int) -> None:
        await self.subscriptions.end(
            "bora", chat, Purpose.ANNOUNCEMENTS, reason="unsubscribed", at=self.clock.now()
        )

    async def passes(self, seconds: float) -> None:
        """Let time pass, as `Announcer.run` would."""
        until = self.clock.time + seconds
        while self.clock.time < until:
            await self.announcer.begin_due_rounds()
            await self.announcer.rounds_over()
            self.clock.time += STEP
        assert self.errors == []

    @property
    def heard(self) -> list[int]:
        return [one.chat for one in self.telegram.arrived]

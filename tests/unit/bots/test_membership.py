"""A message that Telegram refuses finds the chat where it went, or ends what was done there."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import msgspec
import pytest
from telethon import errors
from telethon.tl import types

from engine.bots.consent.membership import Membership
from engine.bots.consent.subscriptions import Subscriptions
from engine.bots.limits.announcement_spacing import spacing_of
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.outbox import Outbox
from engine.bots.skip_reason import SkipReason
from engine.gates import Gates
from engine.settings import Preset
from engine.storage.chats import Chats
from engine.storage.database.database import Database
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.peer import Peer
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.telegram.faults import translate
from tests.support.clock import ManualClock
from tests.support.stored_samples import said

OLD, NEW = -101, -1_000_000_000_202


@dataclass
class Telegram:
    """Refuses all that is for another chat than `open_to`."""

    refusal: Exception
    open_to: int | None = None
    moved: bool = False
    asked: int = 0
    arrived: list[tuple[Peer, str, int | None, int]] = field(default_factory=list)

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
        del preview
        if peer.id != self.open_to:
            raise translate(self.refusal) from self.refusal
        self.arrived.append((peer, text, reply_to, random_id))

    async def ask(self, request: Any) -> Any:
        self.asked += 1
        there = types.InputChannel(202, 77) if self.moved else None
        chat = types.Chat(
            request.id[0], "Club", types.ChatPhotoEmpty(), 3, None, 1, migrated_to=there
        )
        return SimpleNamespace(chats=[chat])


@dataclass
class Scene:
    """One account in a group that asked for announcements."""

    telegram: Telegram
    subscriptions: SubscriptionRecords
    consents: Consents
    outbox: Outbox
    message: OutgoingMessage


async def scene(database: Database, clock: ManualClock, telegram: Telegram) -> Scene:
    subscriptions = SubscriptionRecords(database)
    service = Subscriptions(subscriptions, Gates(), clock, spacing_of(Preset.NORMAL))
    membership = Membership(service, Chats(database), MovedChats(database), clock, lambda: None)
    connected: Any = telegram.connected
    outbox = Outbox(
        connected,
        lambda *_: None,
        await Limits.load(database, Maxima(), clock),
        clock,
        lambda message, error: membership.refused(message, error, connected),
    )
    await subscriptions.begin(
        "anna",
        OLD,
        Purpose.ANNOUNCEMENTS,
        title="Club",
        peer=Peer("chat", 101),
        by=42,
        at=1.0,
        confirmed=True,
    )
    message = msgspec.structs.replace(
        said(chat=OLD, at=clock.now()), peer=Peer("chat", 101), expires_at=clock.now() + 60
    )
    return Scene(telegram, subscriptions, Consents(database), outbox, message)


async def test_what_was_meant_for_a_group_arrives_in_the_supergroup_it_became(
    database: Database, clock: ManualClock
) -> None:
    telegram = Telegram(errors.PeerIdInvalidError(None), open_to=202, moved=True)
    one = await scene(database, clock, telegram)
    await one.consents.give(42, "anna", OLD, "llm", Moment(1.0))
    assert await one.outbox.send(one.message) is None
    sent = (Peer("channel", 202, 77), "Merhaba", None, one.message.random_id)
    assert telegram.arrived == [sent]
    assert await one.subscriptions.is_active("anna", NEW, Purpose.ANNOUNCEMENTS)
    assert await one.consents.is_given(42, "anna", NEW, "llm")
    clock.advance(5)  # or it would keep the chat's pace
    second = msgspec.structs.replace(one.message, random_id=5)
    assert await one.outbox.send(second) is None
    assert telegram.asked == 1  # it is known by now
    assert len(telegram.arrived) == 2


@pytest.mark.parametrize(
    "refusal",
    [errors.ChatWriteForbiddenError(None), errors.PeerIdInvalidError(None)],
    ids=["rights lost", "chat gone"],
)
async def test_a_chat_that_takes_nothing_any_more_is_left_alone(
    database: Database, clock: ManualClock, refusal: Exception
) -> None:
    one = await scene(database, clock, Telegram(refusal))
    assert await one.outbox.send(one.message) is SkipReason.UNDELIVERABLE
    (ended,) = await one.subscriptions.latest(Purpose.ANNOUNCEMENTS)
    assert ended.reason == "refused"


async def test_a_refusal_that_is_about_the_message_ends_nothing(
    database: Database, clock: ManualClock
) -> None:
    one = await scene(database, clock, Telegram(errors.MessageTooLongError(None)))
    assert await one.outbox.send(one.message) is SkipReason.UNDELIVERABLE
    assert await one.subscriptions.is_active("anna", OLD, Purpose.ANNOUNCEMENTS)

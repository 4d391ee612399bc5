"""A restore answers nothing anew and revives nothing that was withdrawn, erased or ended."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.storage.announcements import Round, Rounds
from engine.storage.chats import StoredChat
from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState, incoming, outgoing
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.messages.messages import Messages
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.opening import open_database
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.memories import Memories, Memory
from engine.storage.people.person_data import PersonRecords
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.storage.restores.lineage import RESTORED
from engine.storage.retired_accounts import retire
from tests.support.clock import ManualClock
from tests.support.stored_samples import PEER, heard, said

ADA, BEN, CEM = 42, 7, 9
GROUP, SUPERGROUP = -5, -1001234567890123

Restore = Callable[[Path], Awaitable[None]]


class Place:
    """A data directory with a database that is opened, backed up and restored."""

    def __init__(self, url: str | None, directory: Path) -> None:
        self._url = url
        self.directory = directory
        self.clock = ManualClock()
        self.location = location_of(url, directory)
        self.backups = Backups(self.location, directory, self.clock)

    @asynccontextmanager
    async def opened(self, *, renew: bool = True) -> AsyncIterator[Database]:
        self.clock.advance(10)
        database = await open_database(
            self._url, self.directory, clock=self.clock, on_trouble=print, renew=renew
        )
        try:
            yield database
        finally:
            self.clock.advance(10)
            await database.close()

    async def backup(self) -> Path:
        self.clock.advance(1)  # it is named after the moment
        return (await self.backups.make()).file

    async def restore(self, backup: Path) -> None:
        self.clock.advance(10)
        await self.backups.restore(backup)


@pytest.fixture
def place(url: str | None, tmp_path: Path) -> Place:
    return Place(url, tmp_path)


async def _subscribe(place: Place, database: Database, account: str, chat: int) -> None:
    await SubscriptionRecords(database).begin(
        account,
        chat,
        Purpose.ANNOUNCEMENTS,
        title="Çay",
        peer=PEER,
        by=ADA,
        at=place.clock.now(),
        confirmed=True,
    )


async def test_what_was_open_in_the_backup_is_set_aside_with_a_reason_of_its_own(
    place: Place,
) -> None:
    async with place.opened() as database:
        messages, at = Messages(database), place.clock.now()
        received, planned = await messages.store_incoming([heard(1, at=at), heard(2, at=at)])
        await messages.plan(said(planned.id, at=at))
        await Rounds(database).put(Round("anna", at, at))
        backup = await place.backup()
        for one in (received, planned):
            await messages.sent(await messages.plan(said(one.id, at=at)), at)
    await place.restore(backup)
    async with place.opened() as database:
        messages = Messages(database)
        assert await messages.unfinished_incoming("anna") == ()
        assert await messages.unsent("anna") == ()
        assert (await messages.ends()).reasons == {RESTORED: 2}
        assert await database.read(select(outgoing.c.reason)) == [(RESTORED,)]
        assert await Rounds(database).get("anna") is None


@pytest.mark.parametrize("stored", ["before the backup", "after it"])
async def test_who_took_something_back_and_was_not_heeded_yet_is_still_to_be(
    place: Place, stored: str
) -> None:
    async with place.opened() as database:
        messages, at = Messages(database), place.clock.now()
        await messages.store_incoming([heard(1, at=at), heard(2, text="/forget yes", at=at)])
        backup = await place.backup() if stored == "before the backup" else None
        await messages.store_incoming([heard(3, text="/Unsubscribe talk", at=at)])
        backup = backup or await place.backup()
        await messages.leave((await messages.unfinished_incoming("anna"))[0].id, "failed", at)
        (answered,) = await messages.store_incoming([heard(4, text="/forget", at=at)])
        await messages.sent(await messages.plan(said(answered.id, at=at)), at)
    await place.restore(backup)
    for _ in range(2):
        async with place.opened() as database:
            messages = Messages(database)
            still = await messages.unfinished_incoming("anna")
            assert [(one.message.message, one.message.text) for one in still] == [
                (2, "/forget yes"),
                (3, "/Unsubscribe talk"),
            ]
            ends = await messages.ends()
            assert (ends.reasons, ends.states[IncomingState.RECEIVED]) == ({RESTORED: 2}, 2)


async def test_who_was_heeded_since_the_backup_is_not_answered_again(place: Place) -> None:
    async with place.opened() as database:
        messages, at = Messages(database), place.clock.now()
        (asked,) = await messages.store_incoming([heard(1, text="/forget yes", at=at)])
        backup = await place.backup()
        await messages.sent(await messages.plan(said(asked.id, at=at)), at)
    await place.restore(backup)
    async with place.opened() as database:
        assert await Messages(database).unfinished_incoming("anna") == ()


async def test_an_engine_that_was_killed_goes_on_with_what_was_open(place: Place) -> None:
    async with place.opened() as database:
        await Messages(database).store_incoming([heard(1)])
    for renew in (True, False, True):
        async with place.opened(renew=renew) as database:
            assert database.told_before is None
            assert len(await Messages(database).unfinished_incoming("anna")) == 1


async def test_what_telegram_may_tell_again_is_known_after_a_restore(place: Place) -> None:
    async with place.opened() as database:
        backup = await place.backup()
        messages, at = Messages(database), place.clock.now()
        (answered,) = await messages.store_incoming([heard(1, at=at)])
        await messages.sent(await messages.plan(said(answered.id, at=at)), at)
    await place.restore(backup)
    async with place.opened() as database:
        again, new = await Messages(database).store_incoming([heard(1, at=at), heard(2)])
        assert (again.is_new, again.state) == (False, IncomingState.LEFT)
        assert new.is_new
        kept = await database.read(
            select(incoming.c.text, incoming.c.sender).where(incoming.c.message == 1)
        )
        assert kept == [("", 0)]
        assert database.told_before is None  # it was all taken over


async def test_withdrawals_since_the_backup_stand_and_what_was_given_again_too(
    place: Place,
) -> None:
    async with place.opened() as database:
        consents = Consents(database)
        for person in (ADA, BEN, CEM):
            await consents.give(person, "anna", person, "llm", Moment(place.clock.now()))
        await consents.give(ADA, "anna", GROUP, "llm", Moment(place.clock.now()))
        older = await place.backup()
        place.clock.advance(10)
        for person in (ADA, BEN):
            await consents.withdraw(person, "anna", person, "llm", Moment(place.clock.now()))
        await consents.withdraw(ADA, "anna", GROUP, "llm", Moment(place.clock.now()))
        ended = place.clock.now()
        place.clock.advance(10)
        await consents.give(BEN, "anna", BEN, "llm", Moment(place.clock.now()))
        newer = await place.backup()
    await place.restore(older)
    async with place.opened() as database:
        consents = Consents(database)
        assert [one.withdrawn_at for one in await consents.of(ADA)] == [ended, ended]
        assert [one.withdrawn_at for one in await consents.of(BEN)] == [ended]
        assert await consents.is_given(CEM, "anna", CEM, "llm")
    await place.restore(newer)
    async with place.opened() as database:
        assert await Consents(database).is_given(BEN, "anna", BEN, "llm")
        assert not await Consents(database).is_given(ADA, "anna", ADA, "llm")


async def test_what_is_withdrawn_where_nothing_is_given_holds_in_a_newer_backup(
    place: Place,
) -> None:
    async with place.opened() as database:
        before = await place.backup()
        await Consents(database).give(ADA, "anna", ADA, "llm", Moment(place.clock.now()))
        await _subscribe(place, database, "anna", GROUP)
        after = await place.backup()
    await place.restore(before)
    async with place.opened() as database:
        now = place.clock.now()
        assert not await Consents(database).withdraw(ADA, "anna", ADA, "llm", Moment(now))
        assert not await SubscriptionRecords(database).end(
            "anna", GROUP, Purpose.ANNOUNCEMENTS, reason="unsubscribed", at=now, asked=True
        )
    await place.restore(after)
    async with place.opened() as database:
        assert not await Consents(database).is_given(ADA, "anna", ADA, "llm")
        assert await SubscriptionRecords(database).open(Purpose.ANNOUNCEMENTS) == ()


async def test_what_a_person_had_erased_stays_erased_and_what_they_wrote_since_stays(
    place: Place,
) -> None:
    async with place.opened() as database:
        messages, at = Messages(database), place.clock.now()
        (first,) = await messages.store_incoming([heard(1, text="my secret", at=at)])
        await messages.sent(await messages.plan(said(first.id, text="your secret", at=at)), at)
        await Consents(database).give(ADA, "anna", ADA, "llm", Moment(at))
        await Memories(database).put(Memory(database.next_id(), "anna", ADA, "secret", at, at))
        older = await place.backup()
        (request,) = await messages.store_incoming([heard(2, text="/forget", at=at)])
        await PersonRecords(database).erase(ADA, request.id, place.clock.now())
        await Memories(database).erase(ADA)
        place.clock.advance(10)
        await messages.store_incoming([heard(3, text="hello again", at=place.clock.now())])
        await Memories(database).put(Memory(database.next_id(), "anna", ADA, "tea", at, at))
        newer = await place.backup()
    await place.restore(older)
    async with place.opened() as database:
        texts = await database.read(select(incoming.c.text).where(incoming.c.id == first.id))
        assert texts == [("",)]
        assert await database.read(select(outgoing.c.text)) == [("",)]
        assert await Consents(database).of(ADA) == ()
        assert await Memories(database).of_person(ADA) == ()
    await place.restore(newer)
    async with place.opened() as database:
        assert [one.text for one in await Memories(database).of_person(ADA)] == ["tea"]
        lines = await PersonRecords(database).lines(ADA, 10)
        assert [line.text for line in lines] == ["hello again"]


@pytest.mark.parametrize("how", ["asked", "left", "operator", "moved", "removed"])
async def test_a_subscription_that_ended_since_the_backup_is_not_revived(
    place: Place, how: str
) -> None:
    async with place.opened() as database:
        subscriptions = SubscriptionRecords(database)
        await _subscribe(place, database, "anna", GROUP)
        await _subscribe(place, database, "bora", GROUP)
        by_operator = await subscriptions.begin(
            "anna",
            SUPERGROUP,
            Purpose.TALK,
            title="",
            peer=PEER,
            by=None,
            at=1.0,
            confirmed=True,
        )
        assert by_operator
        backup = await place.backup()
        at = place.clock.now() + 1
        if how == "moved":
            moved = StoredChat("anna", GROUP, "group", "Çay", at, SUPERGROUP)
            await MovedChats(database).move(moved, PEER)
            await subscriptions.end("anna", SUPERGROUP, None, reason="left", at=at)
        elif how == "operator":
            await subscriptions.end_operators("anna", SUPERGROUP, None, reason="demoted", at=at)
        elif how == "removed":
            await retire(database, "anna", at)
        else:
            purpose = Purpose.ANNOUNCEMENTS if how == "asked" else None
            await subscriptions.end("anna", GROUP, purpose, reason=how, at=at)
    await place.restore(backup)
    async with place.opened() as database:
        subscriptions = SubscriptionRecords(database)
        open_ = [
            (one.account, one.purpose)
            for purpose in (Purpose.ANNOUNCEMENTS, Purpose.TALK)
            for one in await subscriptions.open(purpose)
        ]
        assert ("bora", "announcements") in open_
        assert (("anna", "announcements") in open_) == (how == "operator")
        assert (("anna", "talk") in open_) == (how in {"asked", "left"})
        if how != "operator":
            ended = await subscriptions.find("anna", GROUP, Purpose.ANNOUNCEMENTS)
            assert ended is not None
            assert ended.ended_at == at


async def test_the_next_account_of_a_removed_ones_name_keeps_what_it_was_given(
    place: Place,
) -> None:
    async with place.opened() as database:
        await Consents(database).give(ADA, "anna", ADA, "llm", Moment(place.clock.now()))
        await Memories(database).put(Memory(database.next_id(), "anna", ADA, "tea", 1.0, 1.0))
        older = await place.backup()
        place.clock.advance(10)
        await retire(database, "anna", place.clock.now())
        place.clock.advance(10)
        await Consents(database).give(BEN, "anna", BEN, "llm", Moment(place.clock.now()))
        await Memories(database).put(Memory(database.next_id(), "anna", BEN, "coffee", 1.0, 1.0))
        newer = await place.backup()
    await place.restore(older)
    async with place.opened() as database:
        assert not await Consents(database).is_given(ADA, "anna", ADA, "llm")
        assert await Memories(database).of_person(ADA) == ()
    await place.restore(newer)
    async with place.opened() as database:
        assert await Consents(database).is_given(BEN, "anna", BEN, "llm")
        assert len(await Memories(database).of_person(BEN)) == 1


async def test_a_backup_of_an_older_revision_revives_nothing_either(place: Place) -> None:
    async with place.opened() as database:
        await Consents(database).give(ADA, "anna", GROUP, "llm", Moment(place.clock.now()))
        await Messages(database).store_incoming([heard(1)])
    await place.location.move_to("0006", down=True)
    older = await place.backup()
    await migrate_location(place.location, place.clock)
    async with place.opened() as database:
        assert database.told_before is not None  # its mark is gone: who knows what it is
        await Consents(database).withdraw(ADA, "anna", GROUP, "llm", Moment(place.clock.now()))
    await place.restore(older)
    async with place.opened() as database:
        assert not await Consents(database).is_given(ADA, "anna", GROUP, "llm")
        assert (await Messages(database).ends()).reasons == {RESTORED: 1}


async def test_a_restore_onto_a_clean_place_answers_nothing_that_was_told_before_it(
    place: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with place.opened() as database:
        await Messages(database).store_incoming([heard(1)])
        backup = await place.backup()
    other = Place(None, tmp_path_factory.mktemp("clean"))
    other.clock.advance(100)
    await other.restore(backup)
    async with other.opened() as database:
        assert (await Messages(database).ends()).reasons == {RESTORED: 1}
        assert database.told_before == other.clock.now()

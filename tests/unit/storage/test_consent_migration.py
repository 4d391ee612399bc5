"""Consents across the revision that tells bots apart; the same on both databases."""

from pathlib import Path

from engine.storage.database.database import Database
from engine.storage.locations.by_url import location_of
from engine.storage.opening import open_database
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import EVERY_BOT, Consent, Consents
from engine.storage.people.memories import Memories, Memory
from tests.support.clock import ManualClock


async def test_what_was_agreed_in_direct_chats_before_is_kept_as_history_and_counts_no_more(
    database: Database, url: str | None, tmp_path: Path
) -> None:
    group = Consent(43, -5, EVERY_BOT, "llm", 1.0)
    await Consents(database).put_all(
        [
            Consent(42, 42, "anna", "llm", 1.0),
            Consent(42, 42, "bora", "llm", 1.0, 2.0),  # at the same moment
            Consent(43, 43, "anna", "llm", 1.0),
            Consent(43, 43, "bora", "llm", 3.0),
            group,
        ]
    )
    await database.close()
    location = location_of(url, tmp_path)
    await location.move_to("0005", down=True)  # which knew no bot
    migrated = await open_database(url, tmp_path, clock=ManualClock(), on_trouble=print)
    try:
        consents = Consents(migrated)
        assert await consents.of(42) == (Consent(42, 42, EVERY_BOT, "llm", 1.0, 2.0),)
        kept, first, second = await consents.of(43)
        assert kept == group
        assert (first.given_at, second.given_at) == (1.0, 3.0)
        for one in (first, second):
            assert one.account == EVERY_BOT
            assert one.withdrawn_at is not None
        assert await consents.is_given(43, "bora", -5, "llm")
        for account in ("anna", "bora", EVERY_BOT):
            assert not await consents.is_given(43, account, 43, "llm")
        assert await consents.give(43, "anna", 43, "llm", Moment(9.0))
    finally:
        await migrated.close()


async def test_memories_are_kept_where_one_chat_alone_can_have_heard_them(
    database: Database, url: str | None, tmp_path: Path
) -> None:
    await Consents(database).put_all(
        [
            Consent(42, 42, "anna", "llm", 1.0),
            Consent(42, 42, "bora", "llm", 1.0, 2.0),
            Consent(43, -5, EVERY_BOT, "llm", 1.0),
            Consent(44, 44, "anna", "llm", 1.0),
            Consent(44, -5, EVERY_BOT, "llm", 1.0),
        ]
    )
    memories = Memories(database)
    told = [(1, "anna", 42), (2, "bora", 42), (3, "bora", 43), (4, "anna", 44), (5, "anna", 45)]
    await memories.put_all(Memory(id_, bot, who, "I like tea.", 1.0, 1.0) for id_, bot, who in told)
    await database.close()
    location = location_of(url, tmp_path)
    await location.move_to("0006", down=True)  # which knew no chat of a memory
    migrated = await open_database(url, tmp_path, clock=ManualClock(), on_trouble=print)
    try:
        kept = await Memories(migrated).filter()
        assert [(one.id, one.chat, one.message) for one in kept] == [
            (1, 42, None),
            (2, 42, None),
            (3, -5, None),
        ]
    finally:
        await migrated.close()

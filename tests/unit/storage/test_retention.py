"""What is older than it may be kept goes, a little at a time; the same on both databases."""

from datetime import UTC, datetime

from engine.storage.announcements import Announcement, Announcements
from engine.storage.database.database import Database
from engine.storage.database.identifiers import first_id
from engine.storage.database.operation import insert
from engine.storage.database.schema import incoming
from engine.storage.llm_usage import LlmUsage, Reservation, Settlement
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.people.retention import delete_older
from tests.support.stored_samples import heard, said

NOW = 1_800_000_000.0


async def test_old_messages_that_have_an_end_are_deleted_in_small_transactions(
    database: Database,
) -> None:
    messages = Messages(database)
    old = first_id(NOW - 1000)
    rows = [
        (
            old + n,
            "anna",
            7,
            n,
            42,
            False,
            "direct",
            "x",
            False,
            "user",
            7,
            0,
            None,
            None,
            1.0,
            state,
            None,
            None,
            False,
        )
        for n, state in enumerate([2] * 1200 + [0] * 5)
    ]
    await database.write_all(insert(incoming), rows)
    await Announcements(database).put(Announcement(old, "anna", -5, "Hi", 1.0))
    await Announcements(database).put(Announcement(first_id(NOW + 1), "anna", -5, "Hi", 1.0))
    pauses: list[int] = []

    async def pause() -> None:
        pauses.append(database.statistics().commits)

    assert await delete_older(database, NOW, pause) == 1201
    assert len(pauses) == 4  # three of messages, one of announcements
    assert len(set(pauses)) == 4  # each after a commit of its own
    assert len(await messages.unfinished_incoming("anna")) == 5
    assert await Announcements(database).count() == 1
    assert await delete_older(database, NOW, pause) == 0


async def test_young_messages_and_what_waits_to_be_sent_are_kept(database: Database) -> None:
    messages = Messages(database)
    (stored,) = await messages.store_incoming([heard(1)])
    await messages.sent(await messages.plan(said(stored.id)), 5.0)
    await messages.plan(said(chat=9))

    async def pause() -> None:
        return

    assert await delete_older(database, 1.0, pause) == 0
    assert await delete_older(database, NOW + 3600, pause) == 2
    assert len(await messages.unsent("anna")) == 1


async def test_figures_of_people_go_with_their_messages_and_those_of_all_stay(
    database: Database,
) -> None:
    metrics, usage = OperationMetrics(database), LlmUsage(database)
    for day in ("2026-01-30", "2026-01-31"):
        await metrics.add([OperationMetric("answer", day, one, 1, 0, 0.1, 0.1) for one in (0, 42)])
        await usage.reserve(Reservation(1, day, "anna", 42, 42, "groq", 9, 9, 0.1))
        await usage.settle([Settlement(1, 1, 9, 9, 0.1)])
    pauses: list[int] = []

    async def pause() -> None:
        pauses.append(1)

    before = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
    assert await delete_older(database, before, pause) == 3
    assert len(pauses) == 2
    assert [one.person for one in await metrics.on("2026-01-30")] == [0]
    assert {one.scope for one in await usage.on("2026-01-30")} == {"fleet", "provider", "bot"}
    assert len(await metrics.on("2026-01-31")) == 2
    assert len(await usage.on("2026-01-31")) == 5

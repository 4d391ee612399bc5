"""Everything kept beside messages; the same on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.storage.accounts import Accounts, Personas, StoredAccount, StoredPersona
from engine.storage.alerts import Alerts, StoredAlert
from engine.storage.announcements import Announcement, Announcements
from engine.storage.audit import AuditLog
from engine.storage.chats import Chats, StoredChat
from engine.storage.consents import Consents
from engine.storage.database import Database
from engine.storage.errors import ConflictError
from engine.storage.flood_waits import FloodWait, FloodWaits
from engine.storage.operation import Operation, Step, Steps, insert_batch
from engine.storage.operation_metrics import NOBODY, OperationMetric, OperationMetrics
from engine.storage.schema import accounts, incoming
from engine.storage.statement import Batch, Row

_ANNA = StoredAccount("anna", b"\x00\xffsealed", "calm", True, 1.5, 2.5)


async def test_a_record_comes_back_as_it_was_put(database: Database) -> None:
    repository = Accounts(database)
    await repository.put(_ANNA)
    await Personas(database).put(StoredPersona("calm", '{"style": "sakin"}', 1.0))
    assert await repository.get("anna") == _ANNA
    assert await repository.get("berta") is None
    assert await Personas(database).get("calm") == StoredPersona("calm", '{"style": "sakin"}', 1.0)


async def test_a_record_put_again_replaces_its_predecessor(database: Database) -> None:
    repository = Accounts(database)
    await asyncio.gather(*(repository.put(replace(_ANNA, changed_at=float(n))) for n in range(9)))
    await repository.put_all([_ANNA, replace(_ANNA, paused=False)])
    assert await repository.filter() == (replace(_ANNA, paused=False),)


async def test_records_are_filtered_counted_and_removed(database: Database) -> None:
    repository = Accounts(database)
    await repository.put_all(
        replace(_ANNA, name=f"bot{n}", paused=bool(n % 2), token=None) for n in range(70)
    )
    paused = accounts.c.paused.is_(True)
    assert await repository.count(paused) == 35
    found = await repository.filter(paused, order_by=(accounts.c.name.desc(),), limit=2, offset=1)
    assert [account.name for account in found] == ["bot7", "bot69"]
    await repository.remove("bot7")
    await repository.remove("bot7")
    assert await repository.count() == 69


async def test_only_chats_that_opted_in_are_subscribed(database: Database) -> None:
    chats = Chats(database)
    await chats.put_all(StoredChat("anna", n, "group", f"g{n}", None, None, 1.0) for n in range(3))
    assert await chats.subscribe("anna", 1, by=42, at=2.0)
    assert not await chats.subscribe("anna", 9, by=42, at=2.0)
    assert [chat.chat for chat in await chats.subscribed("anna")] == [1]
    assert await chats.unsubscribe("anna", 1, at=3.0)
    assert await chats.subscribed("anna") == ()


async def test_a_consent_withdrawn_is_no_consent_but_is_remembered(database: Database) -> None:
    consents = Consents(database)
    assert not await consents.is_given(42, 1, "llm")
    await consents.give(42, 1, "llm", 1.0)
    assert await consents.is_given(42, 1, "llm")
    assert not await consents.is_given(42, 2, "llm")
    assert await consents.withdraw(42, 1, "llm", 2.0)
    assert not await consents.withdraw(42, 1, "llm", 3.0)
    assert not await consents.is_given(42, 1, "llm")
    assert [(one.given_at, one.withdrawn_at) for one in await consents.filter()] == [(1.0, 2.0)]


async def test_the_newest_announcements_of_a_chat_come_first(database: Database) -> None:
    announcements = Announcements(database)
    made = [Announcement(database.next_id(), "anna", 1, f"{n}", float(n)) for n in range(5)]
    await announcements.put_all(made)
    assert await announcements.newest("anna", 1, 2) == (made[4], made[3])
    assert await announcements.newest("anna", 2, 2) == ()


async def test_an_alert_clears_once(database: Database) -> None:
    alerts = Alerts(database)
    alert = StoredAlert(database.next_id(), "memory", "warning", "Much memory.", 1.0)
    await alerts.put(alert)
    await alerts.clear(alert.id, 5.0)
    await alerts.clear(alert.id, 9.0)
    assert await alerts.newest(3) == (replace(alert, cleared_at=5.0),)


async def test_metrics_of_a_day_add_up_over_callers(database: Database) -> None:
    metrics = OperationMetrics(database)

    def one(seconds: float, *, person: int = NOBODY) -> OperationMetric:
        return OperationMetric("answer", "2026-01-31", person, 1, 0, seconds, seconds)

    await asyncio.gather(*(metrics.add([one(0.5), one(0.25, person=7)]) for _ in range(20)))
    await metrics.add([OperationMetric("answer", "2026-01-31", NOBODY, 2, 1, 3.0, 2.0)])
    assert await metrics.on("2026-01-31") == (
        OperationMetric("answer", "2026-01-31", NOBODY, 22, 1, 13.0, 2.0),
        OperationMetric("answer", "2026-01-31", 7, 20, 0, 5.0, 0.25),
    )
    assert await metrics.on("2026-02-01") == ()


async def test_a_flood_wait_is_never_shortened(database: Database) -> None:
    waits = FloodWaits(database)
    await waits.keep(FloodWait("anna", "messages.sendMessage", 900.0))
    await waits.keep(FloodWait("anna", "messages.sendMessage", 100.0))
    await waits.keep(FloodWait("anna", "messages.sendMessage", 50.0, chat=7))
    assert await waits.active(60.0) == (FloodWait("anna", "messages.sendMessage", 900.0),)
    await waits.forget(60.0)
    assert len(await waits.active(0.0)) == 1
    told = [FloodWait("anna", "send", float(until)) for until in (990, 999, 980)]
    await asyncio.gather(*(waits.keep(wait) for wait in told))
    assert (await waits.active(900.0)) == (FloodWait("anna", "send", 999.0),)


async def test_the_audit_log_keeps_every_action(database: Database) -> None:
    log = AuditLog(database)
    for n in range(3):
        await log.add(at=float(n), actor="operator", action="pause", subject=f"bot{n}")
    newest = await log.newest(2)
    assert [(entry.at, entry.subject) for entry in newest] == [(2.0, "bot2"), (1.0, "bot1")]


def _strict_insert() -> Operation[None]:
    """As `insert`, but a key that is there already is an error."""
    lenient = insert_batch(accounts)
    strict = Batch(
        lenient.types,
        lambda dialect, rows: accounts.insert().values(
            [dict(zip(accounts.columns.keys(), row, strict=True)) for row in rows]
        ),
    )

    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield Step(strict, rows)
        return [None] * len(rows)

    return steps


async def test_a_row_that_is_refused_fails_its_own_caller_alone(database: Database) -> None:
    strict = _strict_insert()
    names = ["anna", "berta", "anna", None, "carla"]
    results = await asyncio.gather(
        *(database.write(strict, (name, None, None, False, 1.0, 1.0)) for name in names),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [
        type(None),
        type(None),
        ConflictError,
        ConflictError,
        type(None),
    ]
    assert {account.name for account in await Accounts(database).filter()} == {
        "anna",
        "berta",
        "carla",
    }


async def test_rows_written_together_are_stored_together_or_not_at_all(database: Database) -> None:
    rows = [(name, None, None, False, 1.0, 1.0) for name in ("anna", "berta", None)]
    with pytest.raises(ConflictError):
        await database.write_all(_strict_insert(), rows)
    assert await Accounts(database).count() == 0


async def test_an_operation_that_fails_by_itself_harms_no_other(database: Database) -> None:
    def broken(rows: Sequence[Row]) -> Steps[None]:
        yield Step(insert_batch(incoming), [])
        raise ZeroDivisionError

    failed, kept = await asyncio.gather(
        database.write(broken, (1,)),
        Accounts(database).put(_ANNA),
        return_exceptions=True,
    )
    assert isinstance(failed, ZeroDivisionError)
    assert kept is None
    assert await Accounts(database).get("anna") == _ANNA

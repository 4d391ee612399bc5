"""Everything kept beside messages; the same on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.storage.alerts import StoredAlert, StoredAlerts
from engine.storage.audit import AuditLog
from engine.storage.database.database import Database
from engine.storage.database.errors import ConflictError
from engine.storage.database.operation import Operation, Step, Steps, insert_batch
from engine.storage.database.schema import NOBODY, alerts, incoming
from engine.storage.database.statement import Batch, Row
from engine.storage.flood_waits import FloodWait, FloodWaits
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.people.agreement import Moment, Wrote
from engine.storage.people.consents import Consents

_ALERT = StoredAlert(7, "memory_high", "warning", '{"rss_mb": 1.5} çay', 1.5, None)


async def test_a_record_comes_back_as_it_was_put(database: Database) -> None:
    repository = StoredAlerts(database)
    await repository.put(_ALERT)
    assert await repository.get(7) == _ALERT
    assert await repository.get(8) is None


async def test_a_record_put_again_replaces_its_predecessor(database: Database) -> None:
    repository = StoredAlerts(database)
    await asyncio.gather(*(repository.put(replace(_ALERT, raised_at=float(n))) for n in range(9)))
    await repository.put_all([_ALERT, replace(_ALERT, cleared_at=2.0)])
    assert await repository.filter() == (replace(_ALERT, cleared_at=2.0),)


async def test_records_are_filtered_counted_and_removed(database: Database) -> None:
    repository = StoredAlerts(database)
    await repository.put_all(
        replace(_ALERT, id=n, severity="critical" if n % 2 else "warning") for n in range(70)
    )
    critical = alerts.c.severity == "critical"
    assert await repository.count(critical) == 35
    found = await repository.filter(critical, order_by=(alerts.c.id.desc(),), limit=2, offset=1)
    assert [alert.id for alert in found] == [67, 65]
    await repository.remove(67)
    await repository.remove(67)
    assert await repository.count() == 69


async def test_a_consent_withdrawn_is_no_consent_but_is_remembered(database: Database) -> None:
    consents = Consents(database)
    assert not await consents.is_given(42, "anna", 1, "llm")
    await consents.give(42, "anna", 1, "llm", Moment(1.0))
    assert await consents.is_given(42, "anna", 1, "llm")
    assert not await consents.is_given(42, "anna", 2, "llm")
    assert await consents.withdraw(42, "anna", 1, "llm", Moment(2.0))
    assert not await consents.withdraw(42, "anna", 1, "llm", Moment(3.0))
    assert not await consents.is_given(42, "anna", 1, "llm")
    assert await consents.give(42, "anna", 1, "llm", Moment(4.0))
    assert not await consents.give(42, "anna", 1, "llm", Moment(5.0))
    assert await consents.is_given(42, "anna", 1, "llm")
    kept = await consents.of(42)
    given = [(one.given_at, one.withdrawn_at) for one in kept if not one.is_refusal]
    assert given == [(1.0, 2.0), (4.0, None)]
    assert [one.withdrawn_at for one in kept if one.is_refusal] == [3.0]


async def test_a_consent_in_a_direct_chat_is_one_bots_and_in_a_group_everybodys(
    database: Database,
) -> None:
    consents = Consents(database)
    for chat in (42, -5):
        assert await consents.give(42, "anna", chat, "llm", Moment(1.0))
    assert not await consents.is_given(42, "bora", 42, "llm")
    assert await consents.is_given(42, "bora", -5, "llm")
    assert not await consents.withdraw(42, "bora", 42, "llm", Moment(0.0))
    assert await consents.give(42, "bora", 42, "llm", Moment(1.0))  # at the same moment
    assert await consents.withdraw(42, "anna", 42, "llm", Moment(2.0))
    assert await consents.is_given(42, "bora", 42, "llm")
    assert await consents.withdraw(42, "bora", -5, "llm", Moment(2.0))
    assert not await consents.is_given(42, "anna", -5, "llm")


async def test_alerts_that_a_process_left_standing_are_over_at_the_next_start(
    database: Database,
) -> None:
    alerts = StoredAlerts(database)
    cleared, left, new = (
        StoredAlert(database.next_id(), "memory_high", "warning", "{}", at, end)
        for at, end in ((1.0, 2.0), (3.0, None), (5.0, None))
    )
    await alerts.put_all((cleared, left, new))
    await alerts.clear_older(4.0)
    assert await alerts.newest(2) == (new, replace(left, cleared_at=4.0))
    assert await alerts.get(cleared.id) == cleared


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
    lenient = insert_batch(alerts)
    strict = Batch(
        lenient.types,
        lambda dialect, rows: alerts.insert().values(
            [dict(zip(alerts.columns.keys(), row, strict=True)) for row in rows]
        ),
    )

    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield Step(strict, rows)
        return [None] * len(rows)

    return steps


def _strict_row(id_: int, kind: str | None = "memory_high") -> Row:
    return id_, kind, "warning", "{}", 1.0, None


async def test_a_row_that_is_refused_fails_its_own_caller_alone(database: Database) -> None:
    strict = _strict_insert()
    rows = [_strict_row(1), _strict_row(2), _strict_row(1), _strict_row(3, None), _strict_row(4)]
    results = await asyncio.gather(
        *(database.write(strict, row) for row in rows), return_exceptions=True
    )
    assert [type(result) for result in results] == [
        type(None),
        type(None),
        ConflictError,
        ConflictError,
        type(None),
    ]
    assert {alert.id for alert in await StoredAlerts(database).filter()} == {1, 2, 4}


async def test_rows_written_together_are_stored_together_or_not_at_all(database: Database) -> None:
    rows = [_strict_row(1), _strict_row(2), _strict_row(3, None)]
    with pytest.raises(ConflictError):
        await database.write_all(_strict_insert(), rows)
    assert await StoredAlerts(database).count() == 0


async def test_an_operation_that_fails_by_itself_harms_no_other(database: Database) -> None:
    def broken(rows: Sequence[Row]) -> Steps[None]:
        yield Step(insert_batch(incoming), [])
        raise ZeroDivisionError

    failed, kept = await asyncio.gather(
        database.write(broken, (1,)),
        StoredAlerts(database).put(_ALERT),
        return_exceptions=True,
    )
    assert isinstance(failed, ZeroDivisionError)
    assert kept is None
    assert await StoredAlerts(database).get(7) == _ALERT


async def test_what_was_written_first_counts_first_whatever_is_heard_of_first(
    database: Database,
) -> None:
    consents, of = Consents(database), (42, "anna", 42, "llm")
    assert not await consents.withdraw(*of, Moment(20.0, 20))
    assert not await consents.give(*of, Moment(10.0, 10))  # and taken back later
    assert await consents.give(*of, Moment(30.0, 30))
    assert not await consents.withdraw(*of, Moment(25.0, 25))  # before it was given again
    assert await consents.is_given(*of)
    agreement = await consents.agreement(*of)
    covered = [at for at in range(0, 50, 5) if agreement.covers(Wrote(42, float(at), at))]
    assert covered == [15, 35, 40, 45]


async def test_who_declines_again_and_again_leaves_one_row(database: Database) -> None:
    consents, of = Consents(database), (42, "anna", 42, "llm")
    for number in range(1, 20):
        assert not await consents.withdraw(*of, Moment(number / 4, number))
    (kept,) = await consents.of(42)
    assert kept.is_refusal


async def test_changes_at_the_same_time_lose_none(database: Database) -> None:
    consents, of = Consents(database), (42, "anna", 42, "llm")
    wishes = [consents.give(*of, Moment(float(at), at)) for at in range(10, 100, 10)]
    wishes += [consents.withdraw(*of, Moment(float(at), at)) for at in range(15, 100, 10)]
    await asyncio.gather(*wishes)
    agreement = await consents.agreement(*of)
    assert not agreement.stands
    assert not any(agreement.covered(Wrote(42, float(at), at)) for at in range(16, 100, 10))

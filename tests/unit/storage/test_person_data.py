"""One person's data over all accounts: found whole, erased whole; the same on both databases."""

import msgspec

from engine.storage.audit import AuditLog
from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState
from engine.storage.llm_usage import LlmUsage, Reservation, Scope, Settlement
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.erasure import ERASED
from engine.storage.people.person_data import Holdings, PersonRecords
from engine.storage.people.subscriptions import SubscriptionRecords
from tests.support.stored_samples import PEER, heard, said

ADA = heard().sender
CAN = 43


async def _answered(database: Database, number: int, account: str, sender: int = ADA) -> int:
    messages = Messages(database)
    message = msgspec.structs.replace(
        heard(number, account=account, text=f"{sender} says {number}"), sender=sender
    )
    (stored,) = await messages.store_incoming([message])
    answer = said(stored.id, account=account, text=f"to {sender}: {number}")
    await messages.sent(await messages.plan(answer), 5.0)
    return stored.id


async def test_all_accounts_messages_and_answers_are_found_the_newest_first(
    database: Database,
) -> None:
    for account in ("anna", "bora"):
        await _answered(database, 1, account)
    await _answered(database, 2, "anna", sender=CAN)
    records = PersonRecords(database)
    assert await records.holdings(ADA) == Holdings(messages=2, answers=2, chats=1, bots=2)
    lines = await records.lines(ADA, 9)
    assert [(line.account, line.is_ours, line.text) for line in lines] == [
        ("bora", True, "to 42: 1"),
        ("bora", False, "42 says 1"),
        ("anna", True, "to 42: 1"),
        ("anna", False, "42 says 1"),
    ]
    assert await records.lines(ADA, 1) == lines[:1]
    assert sorted(await records.accounts(ADA)) == ["anna", "bora"]
    assert await records.holdings(99) == Holdings(0, 0, 0, 0)


async def test_erasing_leaves_tombstones_that_keep_the_counts_and_the_other_people(
    database: Database,
) -> None:
    messages, records = Messages(database), PersonRecords(database)
    # More than one transaction's worth.
    await messages.store_incoming([heard(number) for number in range(1, 600)])
    await _answered(database, 1_000, "bora")
    (waiting,) = await messages.store_incoming([heard(1_001)])
    unsent = await messages.plan(said(waiting.id, text="on its way"))
    await _answered(database, 1_002, "anna", sender=CAN)
    (request,) = await messages.store_incoming([heard(1_003, text="/forget yes")])
    (later,) = await messages.store_incoming([heard(1_004, text="later")])
    before = await messages.ends()

    assert await records.erase(ADA, request.id, 7.0) == 601

    assert [line.text for line in await records.lines(ADA, 9)] == ["later"]
    assert (await records.holdings(CAN)).messages == 1
    after = await messages.ends()
    assert sum(after.states.values()) == sum(before.states.values())
    assert after.states[IncomingState.ANSWERED] == before.states[IncomingState.ANSWERED]
    assert after.reasons == {"forgotten": 600}
    assert await messages.unsent("anna") == ()
    unfinished = await messages.unfinished_incoming("anna")
    assert [(one.id, one.message.sender, one.message.text) for one in unfinished] == [
        (request.id, ERASED, ""),  # it is still to be answered
        (later.id, ADA, "later"),
    ]
    (again,) = await messages.store_incoming([heard(5)])  # Telegram tells it once more
    assert not again.is_new
    del unsent


async def test_erasing_takes_consents_and_figures_along_and_is_logged_without_contents(
    database: Database,
) -> None:
    await _answered(database, 1, "anna")
    (request,) = await Messages(database).store_incoming([heard(2, text="/forget yes")])
    for account in ("anna", "bora"):
        await Consents(database).give(ADA, account, ADA, Purpose.LLM.value, Moment(1.0))
    await Consents(database).give(CAN, "anna", CAN, Purpose.LLM.value, Moment(1.0))
    await OperationMetrics(database).add(
        [OperationMetric("answer", "2026-01-31", person, 1, 0, 0.1, 0.1) for person in (ADA, CAN)]
    )
    usage = LlmUsage(database)
    for n, person in enumerate((ADA, CAN)):
        await usage.reserve(Reservation(n, "2026-01-31", "anna", person, person, "groq", 9, 9, 0.1))
        await usage.settle([Settlement(n, 1, 9, 9, 0.1)])
    subscriptions = SubscriptionRecords(database)
    await subscriptions.begin(
        "anna", -5, Purpose.TALK, title="", peer=PEER, by=ADA, at=1.0, confirmed=True
    )
    await PersonRecords(database).erase(ADA, request.id, 7.0)
    assert await Consents(database).of(ADA) == ()
    assert len(await Consents(database).of(CAN)) == 1
    assert [one.person for one in await OperationMetrics(database).on("2026-01-31")] == [CAN]
    taken = {(one.scope, one.subject) for one in await usage.on("2026-01-31")}
    both = {Scope.PERSON.value, Scope.CHAT.value}  # a direct chat has the person's number
    assert {subject for scope, subject in taken if scope in both} == {str(CAN)}
    (kept,) = await subscriptions.open(Purpose.TALK)  # the group's wish, without who had it
    assert kept.given_by == ERASED
    (entry,) = await AuditLog(database).newest(9)
    assert (entry.action, entry.subject, entry.detail) == ("forget", "", '{"messages": 1}')

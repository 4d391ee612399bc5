"""What becomes of an account's agreements and messages when it is removed; on both databases."""

from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer
from engine.storage.people.agreement import Moment, Wrote
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.memories import Memories, Memory
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.storage.record.record import ACCOUNT_REMOVED
from engine.storage.retired_accounts import retire
from tests.support.stored_samples import heard, said

PERSON, GROUP = 42, -101
ACCOUNTS = ("anna", "bora")


async def test_nothing_agreed_with_a_removed_account_passes_to_the_next_of_its_name(
    database: Database,
) -> None:
    consents, subscriptions, memories = (
        Consents(database),
        SubscriptionRecords(database),
        Memories(database),
    )
    for account in ACCOUNTS:
        await consents.give(PERSON, account, PERSON, Purpose.LLM, Moment(0.0))
        await subscriptions.begin(
            account,
            GROUP,
            Purpose.TALK,
            title="g",
            peer=Peer("chat", 101),
            by=PERSON,
            at=1.0,
            confirmed=True,
        )
        await memories.put(Memory(database.next_id(), account, PERSON, "I like tea.", 1.0, 1.0))
    await consents.give(PERSON, "anna", GROUP, Purpose.LLM, Moment(0.0))

    for _again in range(2):
        await retire(database, "anna", 2.0)

    given = {a: await consents.is_given(PERSON, a, PERSON, Purpose.LLM) for a in ACCOUNTS}
    assert given == {"anna": False, "bora": True}
    assert await consents.is_given(PERSON, "anna", GROUP, Purpose.LLM)  # to every bot of the group
    assert [one.withdrawn_at for one in await consents.of(PERSON) if one.account == "anna †"] == [
        2.0
    ]
    await consents.give(PERSON, "anna", PERSON, Purpose.LLM, Moment(3.0))  # to the next one
    agreement = await consents.agreement(PERSON, "anna", PERSON, Purpose.LLM)
    assert not agreement.covers(Wrote(PERSON, 1.0))  # what was told to the former one
    await retire(database, "anna", 4.0)
    assert len([one for one in await consents.of(PERSON) if one.account == "anna †"]) == 2
    (open_,) = await subscriptions.open(Purpose.TALK)
    assert open_.account == "bora"
    assert {m.account for m in await memories.of_person(PERSON)} == {"bora"}


async def test_messages_a_removed_account_had_not_finished_end_with_a_reason(
    database: Database,
) -> None:
    messages = Messages(database)
    for account in ACCOUNTS:
        (answering, _open) = await messages.store_incoming(
            [heard(1, account=account), heard(2, account=account)]
        )
        await messages.plan(said(answering.id, account=account))
    await retire(database, "anna", 2.0)
    assert await messages.unfinished_incoming("anna") == ()
    assert await messages.unsent("anna") == ()
    assert len(await messages.unfinished_incoming("bora")) == 2
    assert len(await messages.unsent("bora")) == 1
    ends = await messages.ends()
    assert ends.states[IncomingState.LEFT] == 2
    assert ends.reasons == {ACCOUNT_REMOVED: 2}

"""Each message ends as one event, and all that is counted or measured of it listens to that."""

import pytest

from engine.bots.limits.limits import Maxima
from engine.bots.messages.ended import MessageEnded, MessagesReceived
from engine.bots.messages.operation_times import OperationTimes
from engine.bots.messages.outcomes import Outcomes
from engine.bots.skip_reason import SkipReason
from engine.bots.traffic import Traffic
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.storage.database.database import Database
from engine.storage.database.schema import NOBODY
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetrics
from engine.storage.messages.operation_totals import OperationTotals
from engine.storage.peer import Peer
from engine.storage.people.consents import Purpose
from engine.telegram.updates.partial_difference import UnreadMessage
from tests.support.clock import ManualClock
from tests.unit.bots.announcing import InstantClock
from tests.unit.bots.corresponding import ADA, GROUP, Scene


def _steps(ended: MessageEnded) -> str:
    """The steps of which a time is known."""
    named = {"store": ended.storing, "send": ended.sending, "answer": ended.answering}
    return " ".join(step for step, seconds in named.items() if seconds is not None)


async def test_an_event_tells_how_a_message_ended_whose_it_was_and_how_long_each_step_took(
    database: Database,
) -> None:
    scene = await Scene.begin(database, InstantClock(), Maxima(chat_hourly=2))
    await scene.hear("hello")
    await scene.settle()
    scene.has_words = False
    await scene.hear("and now?")
    await scene.processor.drained()
    assert [str(error) for error in scene.errors] == ["no words"]
    scene.errors.clear()
    for text, given in (("too much", {}), ("", {}), ("what a day", {"chat": GROUP})):
        await scene.hear(text, **given)
        await scene.settle()
    assert [(one.skipped, one.person, _steps(one)) for one in scene.ended] == [
        (None, ADA, "store send answer"),
        (SkipReason.FAILED, ADA, "store answer"),
        (SkipReason.CHAT_HOURLY_MAXIMUM, ADA, "store"),
        (SkipReason.NO_TEXT, ADA, "store"),
        (SkipReason.NOT_ADDRESSED, ADA, "store"),
    ]
    assert {one.purpose for one in scene.ended} == {None}
    assert (scene.processor.received, scene.processor.answered) == (5, 1)


async def test_what_cannot_be_read_ends_once_however_often_it_is_told(database: Database) -> None:
    scene = await Scene.begin(database, InstantClock())
    unread = UnreadMessage(ADA, 7, ADA, is_answerable=True, is_direct=True)
    for one in (unread, unread, None):
        await scene.processor.receive_unreadable(one)
    assert [one.skipped for one in scene.ended] == [SkipReason.UNREADABLE] * 2
    assert scene.processor.received == 1  # of the other one not even the chat is known


async def test_a_message_of_an_earlier_process_ends_as_nobodys_and_unasked_ones_by_their_purpose(
    database: Database,
) -> None:
    scene = await Scene.begin(database, InstantClock())
    now, messages = scene.clock.now(), Messages(database)
    for purpose in (None, Purpose.TALK.value):
        planned = OutgoingMessage(
            "anna", ADA, 5, "hi", Peer("user", ADA), now, now + 60, purpose=purpose
        )
        await messages.plan(planned)
    await scene.restart()
    await scene.settle()
    assert [(one.skipped, one.purpose, one.person) for one in scene.ended] == [
        (None, None, NOBODY),
        (SkipReason.WITHDRAWN, Purpose.TALK, NOBODY),  # no group asked for it
    ]
    assert scene.processor.answered == 1


ENDS = (
    MessageEnded("anna", None, None, ADA, 0.01, 0.02, 0.5),
    MessageEnded("anna", SkipReason.EXPIRED, None, ADA, 0.03),
    MessageEnded("anna", None, Purpose.TALK, sending=9.0, answering=9.0),
    MessageEnded("anna", SkipReason.WITHDRAWN, Purpose.TALK, sending=9.0),
)


def test_answers_and_what_nobody_had_written_for_are_counted_apart() -> None:
    outcomes, unasked = Outcomes(), UnaskedCounts()
    for ended in ENDS:
        outcomes.note(ended)
        unasked.note(ended)
    assert (outcomes.answered, outcomes.counts()) == (1, {"expired": 1})
    assert (dict(unasked.sent), dict(unasked.dropped)) == ({Purpose.TALK: 1}, {Purpose.TALK: 1})


def test_the_wait_for_an_answer_and_what_came_in_a_minute_are_measured() -> None:
    clock = ManualClock()
    traffic = Traffic(clock)
    traffic.count(MessagesReceived("anna", 3))
    for ended in ENDS:
        traffic.note(ended)
    assert traffic.per_minute() == 3.0
    assert list(traffic.latency_ms()) == [pytest.approx(500, rel=0.03)] * 3
    clock.advance(61)
    assert (traffic.per_minute(), traffic.total_received) == (0.0, 3)
    assert traffic.latency_ms() == (None, None, None)


async def test_times_are_summed_up_by_step_and_person(
    database: Database, clock: ManualClock
) -> None:
    totals = OperationTotals(clock)
    for ended in ENDS:
        OperationTimes(totals).note(ended)
    metrics = OperationMetrics(database)
    await totals.flush(metrics)
    found = [one for one in await metrics.filter() if one.person == ADA]
    assert {one.operation: (one.count, one.errors, one.slowest) for one in found} == {
        "store": (2, 0, 0.03),
        "send": (1, 0, 0.02),
        "answer": (1, 0, 0.5),
    }
    assert len(found) == len(await metrics.filter())  # nothing for what nobody had written for

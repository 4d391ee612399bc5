"""What becomes of messages between their arrival and the answer."""

import pytest

from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Maxima
from engine.bots.skip_reason import SkipReason
from engine.storage.database.database import Database
from engine.storage.messages.messages import Messages
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Purpose
from tests.unit.bots.announcing import InstantClock
from tests.unit.bots.corresponding import ADA, GROUP, USERNAME, Scene

LIMIT = Maxima(chat_hourly=3)
OTHER = 502  # a chat


async def test_only_commands_to_this_bot_pass_the_operators_limits(database: Database) -> None:
    scene = await Scene.begin(database, InstantClock(), LIMIT)
    for text in (
        "/decline@somebody_else and tell me a joke",
        "/decline@somebody_else",
        "  /forget@somebody_else yes",
        "/decline and tell me a joke",
        "/unsubscribe from the moon",
        "/help",
    ):
        await scene.hear(text)
        await scene.hear(text, chat=GROUP, mentions_us=True)
    await scene.settle()
    assert len(scene.sent) == 6  # three in each chat
    assert scene.outcomes.counts() == {"chat_hourly_maximum": 6}


async def test_a_withdrawal_beyond_every_limit_is_carried_out_and_at_last_not_answered(
    database: Database,
) -> None:
    clock = InstantClock()
    scene = await Scene.begin(database, clock, LIMIT)
    for _ in range(10):
        await scene.services.policy.give(ADA, "anna", ADA, Purpose.LLM)
        await scene.hear(f"/decline@{USERNAME}")
        await scene.settle()
        assert not await scene.agreed()
    assert len(scene.sent) == 6  # as many as the limit allows, and three more
    assert scene.outcomes.counts() == {"chat_hourly_maximum": 4}
    clock.time += 3600.0
    await scene.hear("hello")
    await scene.settle()
    assert scene.sent[-1] == "re: hello"


async def test_a_withdrawal_that_comes_late_is_carried_out_and_not_answered(
    database: Database,
) -> None:
    clock = InstantClock()
    scene = await Scene.begin(database, clock)
    agreed = Moment(clock.now() - 2 * 86_400.0)
    await scene.services.policy.give(ADA, "anna", ADA, Purpose.LLM, agreed)
    late = await scene.hear("/decline", at=clock.now() - 86_400.0)
    await scene.hear("hello", at=clock.now() - 86_400.0)
    await scene.settle()
    assert not await scene.agreed()
    assert scene.sent == []
    assert await Messages(database).reason("anna", ADA, late) == SkipReason.EXPIRED
    assert scene.outcomes.counts() == {"expired": 2}


class SetClock(InstantClock):
    """A machine whose wall clock is `off` by so many seconds."""

    off = 0.0

    def now(self) -> float:
        return super().now() + self.off


@pytest.mark.parametrize("off", [-7200.0, 7200.0])
async def test_what_was_taken_under_a_wrong_clock_is_answered_when_it_is_right(
    database: Database, off: float
) -> None:
    machine = SetClock()
    machine.off = off
    scene = await Scene.begin(database, machine)
    await scene.stop_once_stored("hello", at=machine.time)
    machine.off = 0.0
    await scene.restart()
    await scene.settle()
    assert scene.sent == ["re: hello"]


@pytest.mark.parametrize("off", [-7200.0, 7200.0])
async def test_a_start_under_a_wrong_clock_waits_for_telegrams_time_before_it_judges(
    database: Database, off: float
) -> None:
    machine = SetClock()
    scene = await Scene.begin(database, machine, LIMIT)
    for _ in range(3):
        await scene.hear("hello")
    await scene.settle()
    await scene.stop_once_stored("and?", chat=OTHER, at=machine.time)
    machine.off = off
    scene.online.clear()
    await scene.restart(LIMIT)
    scene.online.set()
    await scene.settle()
    assert scene.sent[3:] == ["re: and?"]
    await scene.hear("more")
    await scene.settle()
    assert scene.outcomes.counts() == {"chat_hourly_maximum": 1}


async def test_a_flood_wait_of_an_earlier_process_is_neither_lost_nor_prolonged_by_a_wrong_clock(
    database: Database,
) -> None:
    machine = SetClock()
    scene = await Scene.begin(database, machine)
    await scene.limits.floods.keep("anna", SEND, 600.0)
    for off in (-7200.0, 7200.0):
        machine.off = off
        await scene.restart()
        scene.online.set()
        await scene.log_in()
        assert scene.limits.floods.left("anna", SEND) == pytest.approx(600.0, abs=2.0)


async def test_a_message_taken_up_by_a_new_process_still_knows_its_group_and_language(
    database: Database,
) -> None:
    scene = await Scene.begin(database, InstantClock())
    await scene.stop_once_stored(
        "@anna_bot hello", chat=GROUP, mentions_us=True, title="Çay", language="tr"
    )
    await scene.restart()
    await scene.settle()
    (asked,) = scene.asked
    assert (asked.title, asked.language) == ("Çay", "tr")

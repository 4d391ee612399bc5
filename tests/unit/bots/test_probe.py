"""When a quiet bot is questioned, what the answers prove, and how soon it is noticed."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from engine.bots.connection.probe import ANSWER, QUIET, SERVING, SUSPICIOUS, Probe
from engine.telegram.client.observed import Observed
from engine.telegram.faults import ConnectionLostError, DeafError, FloodWaitError
from tests.support.clock import ManualClock

_SLOWEST = 1.25  # of the pauses' jitter


class Telegram:
    """One account's connection, its updates numbered; `deaf` ones are not sent."""

    def __init__(self, observed: Observed, clock: ManualClock) -> None:
        self._clock = clock
        self.pts = self.there = 10
        self.behind = False
        self.deaf = False
        self.asked = 0
        self.caught_up = 0
        self.failure: Exception | None = None
        self.given_up: Exception | None = None
        self._observed = observed

    def write(self) -> None:
        self.there += 1
        if not self.deaf:
            self.pts = self.there
            self._observed.pushed += 1
            self._observed.pushed_at = self._clock.monotonic()

    async def server_pts(self, patience: float) -> int:
        assert patience == ANSWER
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return self.there

    async def catch_up(self) -> None:
        self.caught_up += 1
        self.pts = self.there
        self._observed.withheld += 1

    def give_up(self, error: Exception) -> None:
        self.given_up = error


class Watch:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.observed = Observed(self.clock)
        self.probe = Probe(self.observed, self.clock, logging.getLogger())
        self.telegram = Telegram(self.observed, self.clock)

    async def pass_time(self, seconds: float) -> None:
        """In steps of a second, each with all that follows from it."""
        for _ in range(round(seconds)):
            self.clock.advance(1)
            for _turn in range(10):
                await asyncio.sleep(0)


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    watch = Watch()
    watching = asyncio.create_task(watch.probe.watch(watch.telegram))
    yield watch
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_quiet_bot_is_questioned_about_once_a_minute_and_is_well(watch: Watch) -> None:
    await watch.pass_time(600)
    assert 600 // (QUIET * _SLOWEST) <= watch.telegram.asked <= 600 // QUIET
    assert not watch.probe.deaf
    assert watch.telegram.given_up is None


async def test_a_bot_that_is_served_is_not_questioned(watch: Watch) -> None:
    for _ in range(60):
        watch.telegram.write()
        await watch.pass_time(10)
    assert watch.telegram.asked == 0


async def test_it_is_questioned_a_minute_after_the_last_update_and_not_two(watch: Watch) -> None:
    await watch.pass_time(QUIET - 2)
    watch.telegram.write()
    await watch.pass_time(QUIET + 1)
    assert watch.telegram.asked == 1


async def test_withheld_updates_are_fetched_in_time_and_the_second_time_it_is_deaf(
    watch: Watch,
) -> None:
    watch.telegram.deaf = True
    watch.telegram.write()
    await watch.pass_time(QUIET * _SLOWEST + SERVING + 1)
    assert watch.telegram.caught_up == 1
    assert not watch.probe.deaf
    watch.telegram.write()
    await watch.pass_time(SUSPICIOUS * _SLOWEST + 2 * SERVING + 1)
    assert watch.telegram.caught_up == 2
    assert watch.probe.deaf
    await watch.pass_time(SERVING)
    assert isinstance(watch.telegram.given_up, DeafError)


async def test_fetching_once_is_not_taken_for_a_second_sign(watch: Watch) -> None:
    watch.telegram.deaf = True
    watch.telegram.write()
    await watch.pass_time(400)
    assert watch.telegram.caught_up == 1
    assert not watch.probe.deaf


async def test_a_message_withheld_in_a_supergroup_which_is_numbered_apart_is_a_sign(
    watch: Watch,
) -> None:
    for _ in range(2):
        watch.observed.withheld += 1  # fetched by the update loop, of itself
        await watch.pass_time(QUIET * _SLOWEST + 1)
    assert watch.probe.deaf


async def test_an_update_that_is_served_again_ends_the_doubt(watch: Watch) -> None:
    watch.telegram.deaf = True
    for _ in range(2):
        watch.telegram.write()
        await watch.pass_time(QUIET * _SLOWEST + 2 * SERVING + 1)
    assert watch.probe.deaf
    watch.telegram.deaf = False
    watch.telegram.write()
    assert not watch.probe.deaf


async def test_updates_under_way_or_being_stored_prove_nothing(watch: Watch) -> None:
    watch.telegram.behind = True
    watch.telegram.there += 5
    await watch.pass_time(600)
    assert not watch.probe.deaf
    assert watch.telegram.caught_up == 0


async def test_no_answer_ends_the_connection(watch: Watch) -> None:
    watch.telegram.failure = ConnectionLostError("nobody answers")
    await watch.pass_time(QUIET * _SLOWEST + 1)
    assert watch.telegram.given_up is watch.telegram.failure
    await watch.pass_time(600)
    assert watch.telegram.asked == 1


async def test_a_flood_wait_for_the_question_is_obeyed_and_is_an_answer(watch: Watch) -> None:
    watch.telegram.failure = FloodWaitError(500)
    await watch.pass_time(QUIET * _SLOWEST + 499)
    assert watch.telegram.asked == 1
    assert watch.telegram.given_up is None
    await watch.pass_time(QUIET * _SLOWEST)
    assert watch.telegram.asked == 2


async def test_on_a_wake_it_is_questioned_at_once(watch: Watch) -> None:
    await watch.pass_time(1)
    watch.probe.wake()
    assert not watch.probe.proven
    await watch.pass_time(3)
    assert watch.telegram.asked == 1
    assert watch.probe.proven

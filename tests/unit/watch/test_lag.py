"""The loop-lag meter, on a loop whose time a test moves."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from engine.watch.lag import LagMeter


class MovedSelector:
    """Waits as long as it is told to, by moving the loop's time."""

    def __init__(self, loop: "MovedLoop") -> None:
        self._loop = loop
        self.late = 0.0  # seconds that the next wait takes longer than it should

    def select(self, timeout: float | None = None) -> list[object]:
        self._loop.now += (timeout or 0.0) + self.late
        self.late = 0.0
        return []


class MovedLoop(asyncio.SelectorEventLoop):
    """Its time is the test's; it never runs."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.selector, self._real = MovedSelector(self), vars(self)["_selector"]
        self._selector: Any = self.selector

    def time(self) -> float:
        return self.now

    def close(self) -> None:
        self._selector = self._real
        super().close()

    def run(self, seconds: float) -> None:
        """An idle loop: a turn that takes no time, and then nothing."""
        self._selector.select(seconds)

    def stall(self, seconds: float, *, ends: bool = True) -> None:
        """Something holds the loop, and the turn ends after it."""
        self.now += seconds
        if ends:
            self._selector.select(0)


@pytest.fixture
def loop() -> Iterator[MovedLoop]:
    loop = MovedLoop()
    yield loop
    loop.close()


@pytest.fixture
def meter(loop: MovedLoop) -> LagMeter:
    meter = LagMeter(loop)
    meter.start()
    return meter


def test_an_idle_loop_has_no_lag(loop: MovedLoop, meter: LagMeter) -> None:
    loop.run(120)
    assert meter.take_worst() == pytest.approx(0, abs=1e-6)
    assert meter.stats().max == pytest.approx(0, abs=1e-6)


def test_a_stall_is_seen_whole(loop: MovedLoop, meter: LagMeter) -> None:
    loop.run(7.05)
    loop.stall(3)
    assert meter.take_worst() == pytest.approx(3000, abs=1)
    assert meter.stats().max == pytest.approx(3000, abs=1)


def test_a_stall_of_50_ms_is_seen_whenever_it_comes(loop: MovedLoop, meter: LagMeter) -> None:
    for _ in range(20):
        loop.run(0.173)
        loop.stall(0.05)
        assert meter.take_worst() == pytest.approx(50, abs=1)


def test_a_turn_that_comes_late_is_lag_though_nothing_of_ours_ran(
    loop: MovedLoop, meter: LagMeter
) -> None:
    loop.selector.late = 0.4  # e.g. another thread had the interpreter
    loop.run(5)
    assert meter.take_worst() == pytest.approx(400, abs=1)
    loop.run(5)
    assert meter.take_worst() == 0


def test_the_worst_is_told_once(loop: MovedLoop, meter: LagMeter) -> None:
    loop.stall(1)
    assert meter.take_worst() > 700
    loop.run(1)
    assert meter.take_worst() == pytest.approx(0, abs=1e-6)


def test_a_stall_that_has_not_ended_yet_is_told_and_not_counted_twice(
    loop: MovedLoop, meter: LagMeter
) -> None:
    loop.stall(1, ends=False)
    assert meter.take_worst() == pytest.approx(1000, abs=1)
    loop.run(0)  # now the turn ends
    assert meter.take_worst() == pytest.approx(0, abs=1e-6)
    assert meter.stats().max == pytest.approx(1000, abs=1)


def test_a_stall_weighs_as_much_as_it_lasted(loop: MovedLoop, meter: LagMeter) -> None:
    loop.run(54)
    loop.stall(6)
    figures = meter.stats()
    # A tenth of the minute was stalled, and half of those who came then waited over 3 s.
    assert figures.p50 == pytest.approx(0, abs=1e-6)
    assert 5000 <= figures.p99 <= 6000
    loop.run(20)
    assert meter.stats().p99 == pytest.approx(figures.p99, abs=200)


def test_half_a_minute_of_short_stalls_is_in_the_median(loop: MovedLoop, meter: LagMeter) -> None:
    for _ in range(300):
        loop.run(0.1)
        loop.stall(0.1537)
    assert meter.stats().p50 > 20
    assert meter.stats().p99 <= 153.701


def test_a_minute_later_a_stall_is_forgotten(loop: MovedLoop, meter: LagMeter) -> None:
    loop.stall(2)
    loop.run(57)
    assert meter.stats().max > 1500
    loop.run(5)
    assert meter.stats().max == pytest.approx(0, abs=1e-6)


def test_a_stall_of_an_hour_is_counted_in_a_bounded_way(loop: MovedLoop, meter: LagMeter) -> None:
    loop.stall(3600)
    assert meter.take_worst() == pytest.approx(3_600_000, abs=1)
    loop.run(61)
    assert meter.stats().max == pytest.approx(0, abs=1e-6)


def test_a_meter_not_started_or_stopped_measures_nothing(loop: MovedLoop) -> None:
    meter = LagMeter(loop)
    loop.run(5)
    assert meter.take_worst() == 0
    assert meter.stats().max == 0
    meter.start()
    meter.start()
    meter.stop()
    meter.stop()
    loop.stall(5)
    assert meter.take_worst() == 0


async def test_it_sets_no_timer() -> None:
    loop = asyncio.get_running_loop()
    before = list(loop._scheduled)  # type: ignore[attr-defined]  # private to asyncio
    meter = LagMeter(loop)
    meter.start()
    assert list(loop._scheduled) == before  # type: ignore[attr-defined]
    meter.stop()


async def test_it_sees_50_ms_of_a_real_loop_with_nothing_else_to_do() -> None:
    loop = asyncio.get_running_loop()
    meter = LagMeter(loop)
    meter.start()
    loop.call_soon(time.sleep, 0.05)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert meter.take_worst() >= 50
    meter.stop()


async def test_it_sees_what_holds_a_real_loop() -> None:
    loop = asyncio.get_running_loop()
    meter = LagMeter(loop)
    meter.start()
    held_until = loop.time() + 0.5
    while loop.time() < held_until:
        pass
    assert meter.take_worst() >= 499
    meter.stop()

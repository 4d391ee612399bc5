"""The loop-lag meter, on a loop whose time a test moves."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.watch.lag import LagMeter


class MovedLoop(asyncio.SelectorEventLoop):
    """Its time and timers are the test's; it never runs."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 100.0
        self._moved: list[asyncio.TimerHandle] = []

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def call_at(  # type: ignore[override]  # less generic than typeshed's
        self, when: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._moved.append(handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._moved.remove(handle)

    @property
    def timers(self) -> int:
        return len(self._moved)

    def run(self, seconds: float) -> None:
        """An idle loop: each timer fires when it is due."""
        until = self._now + seconds
        while self._moved and min(self._moved).when() <= until:
            self._now = max(self._now, min(self._moved).when())
            self._fire()
        self._now = until

    def stall(self, seconds: float, *, fire: bool = True) -> None:
        """Something holds the loop; what became due fires afterwards."""
        self._now += seconds
        while fire and self._moved and min(self._moved).when() <= self._now:
            self._fire()

    def _fire(self) -> None:
        handle = min(self._moved)
        self._moved.remove(handle)
        handle._run()


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


def test_a_stall_is_seen_whole_but_for_one_beat_at_the_most(
    loop: MovedLoop, meter: LagMeter
) -> None:
    loop.run(7.05)
    loop.stall(3)
    assert 2799 <= meter.take_worst() <= 3001
    assert 2799 <= meter.stats().max <= 3001


def test_the_worst_is_told_once(loop: MovedLoop, meter: LagMeter) -> None:
    loop.stall(1)
    assert meter.take_worst() > 700
    loop.run(1)
    assert meter.take_worst() == pytest.approx(0, abs=1e-6)


def test_a_stall_whose_beat_has_not_come_yet_is_told_and_not_counted_twice(
    loop: MovedLoop, meter: LagMeter
) -> None:
    loop.stall(1, fire=False)
    assert 799 <= meter.take_worst() <= 1001
    loop.run(0)  # now the late beat fires
    assert meter.take_worst() == pytest.approx(0, abs=1e-6)


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
    assert meter.take_worst() == pytest.approx(3_600_000, abs=200)
    loop.run(61)
    assert meter.stats().max == pytest.approx(0, abs=1e-6)


def test_a_meter_not_started_or_stopped_measures_nothing(loop: MovedLoop) -> None:
    meter = LagMeter(loop)
    loop.run(5)
    assert meter.take_worst() == 0
    assert meter.stats().max == 0
    meter.start()
    meter.start()
    assert loop.timers == 1
    meter.stop()
    meter.stop()
    assert loop.timers == 0
    loop.stall(5)
    assert meter.take_worst() == 0


async def test_it_sees_what_holds_a_real_loop() -> None:
    loop = asyncio.get_running_loop()
    meter = LagMeter(loop)
    meter.start()
    held_until = loop.time() + 0.5
    while loop.time() < held_until:
        pass
    assert meter.take_worst() >= 290
    meter.stop()

"""What counts as a sleep of the machine, and what as a change of network."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.bots.connection.wake import TICK, NetworkChanged, WakeWatch, Woke
from engine.bus import Bus
from tests.support.clock import ManualClock


class SleepyClock(ManualClock):
    """Its steady time stands still while the machine sleeps, as Linux's does."""

    def __init__(self) -> None:
        super().__init__()
        self._slept = 0.0

    def now(self) -> float:
        return super().now() + self._slept

    def sleep_machine(self, seconds: float) -> None:
        self._slept += seconds


class Watch:
    def __init__(self) -> None:
        self.clock = SleepyClock()
        self.addresses = frozenset({"10.0.0.5", "fe80::1"})
        self.heard: list[object] = []
        self.bus = Bus(_raise)
        self.bus.subscribe(Woke, self.heard.append)
        self.bus.subscribe(NetworkChanged, self.heard.append)
        self.watch = WakeWatch(self.bus, self.clock, lambda: self.addresses)

    async def tick(self, times: int) -> None:
        for _ in range(times):
            while self.clock.next_wake is None:  # asking for the addresses, in a thread
                await asyncio.sleep(0)
            self.clock.advance(TICK)
            await asyncio.sleep(0)
        while self.clock.next_wake is None:
            await asyncio.sleep(0)


def _raise(error: Exception) -> None:
    raise error


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    watch = Watch()
    task = asyncio.create_task(watch.watch.run())
    await asyncio.sleep(0)
    yield watch
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_wall_clock_that_jumps_ahead_is_a_wake_told_once(watch: Watch) -> None:
    await watch.tick(3)
    watch.clock.sleep_machine(3600)
    await watch.tick(3)
    assert watch.heard == [Woke(3600 + TICK)]


async def test_both_clocks_jumping_is_a_wake_too(watch: Watch) -> None:
    await watch.tick(1)
    watch.clock.advance(30)
    await watch.tick(3)
    (event,) = watch.heard
    assert isinstance(event, Woke)


async def test_a_late_tick_or_a_clock_set_back_is_none(watch: Watch) -> None:
    for seconds in (9.0, -3600.0):
        await watch.tick(1)
        watch.clock.sleep_machine(seconds)
        await watch.tick(2)
    assert watch.heard == []


async def test_an_address_that_is_gone_is_told_within_ten_seconds_and_a_new_one_is_not(
    watch: Watch,
) -> None:
    watch.addresses = frozenset({"10.0.0.5", "10.0.0.6", "fe80::1"})
    await watch.tick(6)
    assert watch.heard == []
    watch.addresses = frozenset({"192.168.1.7", "fe80::1"})
    await watch.tick(6)
    assert watch.heard == [NetworkChanged(frozenset({"10.0.0.5", "10.0.0.6"}))]

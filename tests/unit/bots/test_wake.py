"""What counts as a sleep of the machine, and what as a change of network."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest

from engine.bots.connection.wake import TICK, MachineWoke, NetworkChanged, WakeWatch
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
        self.bus.subscribe(MachineWoke, self.heard.append)
        self.bus.subscribe(NetworkChanged, self.heard.append)
        self.changed: Callable[[], None] | None = None  # where the system tells of it
        self.tells = False
        self.watch = WakeWatch(self.bus, self.clock, lambda: self.addresses, self._news)

    @contextmanager
    def _news(self, changed: Callable[[], None]) -> Iterator[bool]:
        self.changed = changed
        yield self.tells

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


@contextlib.asynccontextmanager
async def running(watch: Watch) -> AsyncIterator[Watch]:
    task = asyncio.create_task(watch.watch.run())
    await asyncio.sleep(0)
    yield watch
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with running(Watch()) as watch:
        yield watch


async def test_a_wall_clock_that_jumps_ahead_is_a_wake_told_once(watch: Watch) -> None:
    await watch.tick(3)
    watch.clock.sleep_machine(3600)
    await watch.tick(3)
    assert watch.heard == [MachineWoke(3600 + TICK)]


async def test_both_clocks_jumping_is_a_wake_too(watch: Watch) -> None:
    await watch.tick(1)
    watch.clock.advance(30)
    await watch.tick(3)
    (event,) = watch.heard
    assert isinstance(event, MachineWoke)


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


async def test_where_the_system_tells_of_changes_nobody_looks_until_it_does() -> None:
    watch = Watch()
    watch.tells = True
    async with running(watch):
        await watch.tick(1)
        watch.addresses = frozenset({"192.168.1.7", "fe80::1"})
        await watch.tick(6)
        assert watch.heard == []
        assert watch.changed is not None
        watch.changed()
        while not watch.heard:
            await asyncio.sleep(0)
        assert watch.heard == [NetworkChanged(frozenset({"10.0.0.5"}))]


_GIVES_AN_ADDRESS = """
import asyncio, fcntl, socket, struct
from engine.bots.connection.address_news import address_news

SET_ADDRESS = 0x8916  # SIOCSIFADDR of linux/sockios.h

async def main():
    changed = asyncio.Event()
    with address_news(changed.set) as is_told, socket.socket(type=socket.SOCK_DGRAM) as any:
        assert is_told
        address = struct.pack("=H2x4s8x", socket.AF_INET, socket.inet_aton("127.0.0.9"))
        fcntl.ioctl(any, SET_ADDRESS, struct.pack("16s16s", b"lo", address))
        await asyncio.wait_for(changed.wait(), 30)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_kernel_tells_of_an_address() -> None:
    """The loopback gets one, in a network of its own."""
    command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-c"]
    subprocess.run([*command, _GIVES_AN_ADDRESS], check=True, timeout=60)

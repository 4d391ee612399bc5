"""Detects that the machine slept, or lost an address that its connections use.

Connections survive neither, and TCP alone takes minutes or hours to notice.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import psutil

from engine.bots.connection.address_news import address_news
from engine.bus import Bus
from engine.clock import Clock, until_next
from engine.wakeup import Wakeup

TICK = 5.0  # s at the most
GAP = 10.0  # s by which a tick may be late on any clock before the machine has slept
_ADDRESSES_EVERY = 2  # ticks, where nobody tells of a change

News = Callable[[Callable[[], None]], AbstractContextManager[bool]]


@dataclass(frozen=True, slots=True)
class MachineWoke:
    """Event: the machine, or this process, stood still for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """Event: the machine has lost an address."""

    lost: frozenset[str]


def addresses() -> frozenset[str]:
    """Return this machine's own addresses, without loopback."""
    families = (socket.AF_INET, socket.AF_INET6)
    return frozenset(
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family in families and not address.address.startswith(("127.", "::1"))
    )


class WakeWatch:
    """Publishes Woke and NetworkChanged while `run` runs.

    During sleep the steady clock stops on Linux and runs elsewhere; the wall clock always runs. A
    wall clock that was only set forward looks like a sleep, and costs one question a bot.
    """

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        own: Callable[[], frozenset[str]] = addresses,
        news: News = address_news,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._own = own
        self._news = news
        self._wakeup = Wakeup(clock)

    async def run(self) -> None:
        """Check clock and addresses until cancelled."""
        with self._news(self._wakeup.give) as is_told:
            await self._watch(0 if is_told else _ADDRESSES_EVERY)

    async def _watch(self, every: int) -> None:
        """Look at the addresses after a sleep, when told, and in one tick of `every`, if not 0."""
        known = await asyncio.to_thread(self._own)
        ticks = 0
        while True:
            wall, steady = self._clock.now(), self._clock.monotonic()
            pause = until_next(self._clock, TICK)
            told = await self._wakeup.sleep(pause)
            passed = max(self._clock.now() - wall, self._clock.monotonic() - steady)
            ticks += 1
            woke = passed - pause > GAP
            if woke:
                self._bus.publish(MachineWoke(passed))
            if woke or told or (every and ticks % every == 0):
                now = await asyncio.to_thread(self._own)
                if lost := known - now:
                    self._bus.publish(NetworkChanged(lost))
                known = now

"""Pauses and resumes bots at the operator's word, also when it was given to another process."""

import asyncio
from collections.abc import Callable

from engine.accounts.account_record import AccountError
from engine.accounts.paused import PausedAccounts
from engine.bots.fleet import Fleet
from engine.clock import Clock
from engine.errors import GavatcoreError
from engine.language import _

_LOOK = 2.0  # s between two looks at the file


class Pauses:
    """What is paused stays so over restarts. Every change also gives refused bots another try."""

    def __init__(
        self,
        fleet: Fleet,
        paused: PausedAccounts,
        clock: Clock,
        report: Callable[[Exception], None],
    ) -> None:
        """`report` takes what goes wrong while looking; it is tried again."""
        self._fleet = fleet
        self._paused = paused
        self._clock = clock
        self._report = report
        self._stamp = 0

    async def start_fleet(self) -> None:
        """Start every bot but the paused ones; raises AccountError or OSError."""
        self._fleet.start(await asyncio.to_thread(self._read))

    async def pause(self, name: str) -> None:
        """Take a bot offline until it is resumed; raises AccountError or OSError."""
        self._check(name)
        await asyncio.to_thread(self._paused.pause, name)
        await self._apply()

    async def resume(self, name: str) -> None:
        """Let a paused or refused bot run again; raises AccountError or OSError."""
        self._check(name)
        await asyncio.to_thread(self._paused.resume, name)
        await self._apply()

    async def run(self) -> None:
        """Look for what other processes changed, until cancelled."""
        while True:
            await self._clock.sleep(_LOOK)
            try:
                if self._paused.stamp() != self._stamp:
                    await self._apply()
            except (GavatcoreError, OSError) as error:
                self._report(error)

    async def _apply(self) -> None:
        await self._fleet.pause(await asyncio.to_thread(self._read))
        self._fleet.retry_refused()

    def _read(self) -> frozenset[str]:
        self._stamp = self._paused.stamp()  # before: a later change is seen by the next look
        return self._paused.names()

    def _check(self, name: str) -> None:
        if name not in self._fleet.names:
            raise AccountError(_("There is no bot called {name}.").format(name=name))

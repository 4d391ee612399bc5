"""Pauses and resumes bots for the operator, also by commands to another process."""

import asyncio

from engine.accounts.account_record import AccountError
from engine.accounts.paused import PausedAccounts
from engine.bots.fleet import Fleet
from engine.language import _


class Pauses:
    """Keeps bots paused over restarts. Every change also gives refused bots another try."""

    def __init__(self, fleet: Fleet, paused: PausedAccounts) -> None:
        self._fleet = fleet
        self._paused = paused

    async def start_fleet(self) -> None:
        """Start every bot except the paused ones; raises GavatcoreError or OSError."""
        self._fleet.start(await asyncio.to_thread(self._paused.names))

    async def pause(self, name: str) -> None:
        """Take a bot offline until it is resumed; raises GavatcoreError or OSError."""
        self._check(name)
        await asyncio.to_thread(self._paused.pause, name)
        await self.apply()

    async def resume(self, name: str) -> None:
        """Let a paused or refused bot run again; raises GavatcoreError or OSError."""
        self._check(name)
        await asyncio.to_thread(self._paused.resume, name)
        await self.apply()

    async def apply(self) -> None:
        """Apply what the file says, whoever wrote it; raises GavatcoreError or OSError."""
        await self._fleet.pause(await asyncio.to_thread(self._paused.names))
        self._fleet.retry_refused()

    def _check(self, name: str) -> None:
        if name not in self._fleet.names:
            raise AccountError(_("There is no bot called {name}.").format(name=name))

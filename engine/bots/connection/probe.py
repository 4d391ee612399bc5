"""Checks that Telegram still answers a quiet bot and sends it its updates.

That no message arrives proves nothing. So Telegram is asked how far it has numbered the account's
updates. An answer proves that requests work; a number that stays ahead of what was read proves that
updates are withheld. They are then fetched; if it happens again, the bot is deaf.
"""

import logging
import random
from typing import Protocol

from engine.clock import Clock
from engine.language import _
from engine.telegram.client.observed import Observed
from engine.telegram.faults import (
    DeafError,
    FloodWaitError,
    TelegramFaultError,
    TelegramTroubleError,
    UndeliverableError,
)
from engine.wakeup import Wakeup

QUIET = 60.0  # s without an update until the next question, and up to a quarter more
SUSPICIOUS = 15.0  # s between questions while there is doubt
ANSWER = 10.0  # s for an answer; then the connection counts as lost
SERVING = 5.0  # s that an update may be under way
_FORGIVEN = 600.0  # s after the last sign of deafness until it is forgotten
_STRIKES = 2  # signs of deafness until it is one
_SPREAD_ON_WAKE = 2.0  # s over which the bots of a fleet ask when the machine wakes

_jitter = random.Random()  # noqa: S311 - spreads questions, keeps no secret


class ProbedConnection(Protocol):
    """The part of a connection that the probe uses; `AccountClient` implements it."""

    @property
    def pts(self) -> int:
        """The pts up to which updates have been read."""

    @property
    def behind(self) -> bool:
        """True while updates are being fetched or stored."""

    async def server_pts(self, patience: float) -> int:
        """Ask Telegram for the newest pts, within `patience` seconds."""

    async def catch_up(self) -> None:
        """Fetch updates that were not pushed."""

    def give_up(self, error: Exception) -> None:
        """Make the connection end with `error`."""


class Probe:
    """Probes one account over all its connections; `watch` runs beside each of them."""

    def __init__(self, observed: Observed, clock: Clock, log: logging.Logger) -> None:
        self._observed = observed
        self._clock = clock
        self._log = log
        self._wakeup = Wakeup(clock)
        self._strikes = 0
        self._struck_at = 0.0
        self._pushed = 0
        self._withheld = 0
        self._gave_up_at: float | None = None
        self.proven = True  # whether Telegram answered since the machine last woke

    @property
    def deaf(self) -> bool:
        """True if Telegram withholds this account's updates; a pushed update ends it."""
        self._forgive()
        return self._strikes >= _STRIKES

    def wake(self) -> None:
        """Ask at once, because the machine slept or the network changed."""
        self.proven = False
        self._wakeup.give()

    async def watch(self, client: ProbedConnection) -> None:
        """Question `client` after its login until cancelled; give it up if it is useless."""
        self._wakeup.forget()
        self.proven = True
        while True:
            await self._until_due()
            try:
                await self._question(client)
            except FloodWaitError as flood:
                await self._clock.sleep(flood.seconds)
            except (TelegramTroubleError, UndeliverableError) as error:
                self._log.debug("Telegram answers: %s", error)
            except TelegramFaultError as error:
                self._log.warning("the connection is of no use: %s", error)
                client.give_up(error)
                return
            self.proven = True

    async def _until_due(self) -> None:
        """Sleep while updates arrive, and a while longer; a wake-up ends the sleep."""
        pause = (SUSPICIOUS if self._strikes else QUIET) * _jitter.uniform(1.0, 1.25)
        while not await self._wakeup.sleep(pause):
            served_for = self._observed.pushed_at + QUIET - self._clock.monotonic()
            if served_for <= 0 or self._strikes:
                return
            pause = served_for
        await self._clock.sleep(_jitter.uniform(0.0, _SPREAD_ON_WAKE))

    async def _question(self, client: ProbedConnection) -> None:
        self._forgive()
        there = await client.server_pts(ANSWER)
        if client.pts < there:
            await self._clock.sleep(SERVING)
            if client.pts < there and not client.behind:
                self._strike()
                await client.catch_up()
                await self._clock.sleep(SERVING)
                self._withheld = self._observed.withheld  # this sign has been counted
        if self._observed.withheld > self._withheld:  # e.g. of a supergroup, numbered apart
            self._withheld = self._observed.withheld
            self._strike()
        if self.deaf and self._may_connect_anew():
            self._gave_up_at = self._clock.monotonic()
            raise DeafError(_("Telegram answers, but sends no updates."))

    def _strike(self) -> None:
        self._strikes += 1
        self._struck_at = self._clock.monotonic()
        self._pushed = self._observed.pushed
        self._log.warning("Telegram had updates that it did not send")

    def _forgive(self) -> None:
        """Forget the signs of deafness, because an update was pushed."""
        served = self._observed.pushed > self._pushed
        if self._strikes and (served or self._clock.monotonic() - self._struck_at > _FORGIVEN):
            self._strikes = 0

    def _may_connect_anew(self) -> bool:
        """Return True if a reconnect may help; if not, asking every few seconds still does."""
        if self._gave_up_at is None:
            return True
        return self._clock.monotonic() - self._gave_up_at > _FORGIVEN

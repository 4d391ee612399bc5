"""Keeps one account connected: logs in, waits for the connection's end, and tries again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.bots.connection.diagnosis import Trouble, trouble_of
from engine.bots.connection.probe import Probe
from engine.bots.connection.state import BotPhase
from engine.bots.limits.flood_ledger import LOG_IN, FloodLedger
from engine.clock import Clock
from engine.errors import GavatcoreError, described
from engine.language import _
from engine.telegram.client.client import AccountClient
from engine.telegram.faults import AccountRefusedError, FloodWaitError
from engine.wakeup import Wakeup

_FIRST_PAUSE = 1.0  # s; doubled with each failure
_LONGEST_PAUSE = 60.0  # s
_STABLE = 60.0  # s online after which failures are forgotten
_SPREAD = 5.0  # s over which a fleet tries again when the machine wakes

_jitter = random.Random()  # noqa: S311 - spreads retries, keeps no secret

LogIn = Callable[[], Awaitable[AccountClient]]


def pause_after(failures: int) -> float:
    """Return the seconds to wait after `failures` in a row: growing, and spread by half."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, 10))
    return longest * _jitter.uniform(0.5, 1.0)


def _problem(error: Exception | None) -> str:
    """Return the error that ended a connection, as a sentence."""
    if error is None:
        return _("The connection was closed.")
    if isinstance(error, GavatcoreError):
        return str(error)
    return _("Something unexpected happened ({error}): the log says where.").format(
        error=described(error)
    )


def _heed_cancellation() -> None:
    """Raise a pending cancellation, which Telethon swallows while it disconnects."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


@dataclass(slots=True)
class ConnectionState:
    """The state of an account's connection; `client` is set while it is online."""

    phase: BotPhase = BotPhase.WAITING
    client: AccountClient | None = None
    problem: str | None = None
    retry_at: float | None = None  # seconds since the epoch
    failures: int = 0
    trouble: Trouble = Trouble.NONE  # what the last connection ended with; none while online


class ConnectionSupervisor:
    """Runs until cancelled or refused; keeps failures to itself and shows them in `connection`."""

    def __init__(
        self,
        name: str,
        log_in: LogIn,
        *,
        floods: FloodLedger,
        probe: Probe,
        login_slots: asyncio.Semaphore,
        let_go: Callable[[], Awaitable[None]],
        changed: Callable[[], None],
        on_error: Callable[[BaseException], None],
        clock: Clock,
        log: logging.Logger,
    ) -> None:
        """Limit simultaneous handshakes by `login_slots`; call `changed` at each change.

        `let_go` is called before a refusal is shown, because a person may repair it at once.
        `on_error` gets unexpected errors; the account is tried again all the same.
        """
        self.connection = ConnectionState()
        self._name = name
        self._floods = floods
        self._probe = probe
        self._wakeup = Wakeup(clock)
        self._log_in = log_in
        self._login_slots = login_slots
        self._let_go = let_go
        self._clock = clock
        self._log = log
        self._tell = changed
        self._on_error = on_error
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Keep the account online; return only when Telegram refuses it."""
        self.connection = ConnectionState()
        while True:
            await self._wait_out_flood()
            error = await self._once()
            _heed_cancellation()
            if isinstance(error, AccountRefusedError):
                self._log.error("refused: %s", error)
                await self._let_go()
                self.connection.trouble = trouble_of(error)
                await self._set(BotPhase.REFUSED, problem=str(error))
                return
            await self._pause(error)

    def lack_place(self) -> None:
        """Note that it waits for another bot to stop: too few files may be open."""
        self.connection = ConnectionState(
            problem=_("It waits: the system allows too few open files (ulimit -n)."),
            trouble=Trouble.LOCAL,
        )
        self._tell()

    async def _wait_out_flood(self) -> None:
        """Wait until a flood wait is over that Telegram may have given an earlier process."""
        while (left := self._floods.left(self._name, LOG_IN)) > 0:
            self.connection.trouble = Trouble.FLOOD
            await self._set(
                BotPhase.RETRYING,
                problem=_("Flood wait"),
                retry_at=self._clock.now() + left,
            )
            await self._clock.sleep(left)

    async def _once(self) -> Exception | None:
        """Run one connection from login to its end; return the error that ended it."""
        connection = self.connection
        client: AccountClient | None = None
        began = self._clock.monotonic()
        try:
            async with self._login_slots:
                await self._set(BotPhase.CONNECTING)
                client = await self._log_in()
            began = self._clock.monotonic()
            connection.trouble = Trouble.NONE
            await self._set(BotPhase.ONLINE, client=client)
            await self._attend(client)
        except GavatcoreError as error:
            return error
        except Exception as error:  # noqa: BLE001 - one bot's failure never ends another
            self._on_error(error)
            return error
        finally:
            connection.client = None
            if client is not None:
                await client.close()
                if self._clock.monotonic() - began > _STABLE:
                    connection.failures = 0
        return None

    async def _attend(self, client: AccountClient) -> None:
        """Wait until the connection ends or the probe gives it up; raise what ended it."""
        watching = asyncio.get_running_loop().create_task(self._probe.watch(client))
        try:
            await client.closed()
        finally:
            watching.cancel()
            (ended,) = await asyncio.gather(watching, return_exceptions=True)
            if isinstance(ended, Exception):
                self._on_error(ended)

    async def _pause(self, error: Exception | None) -> None:
        connection = self.connection
        connection.failures += 1
        connection.trouble = trouble_of(error)
        pause = pause_after(connection.failures)
        if isinstance(error, FloodWaitError):
            pause = float(error.seconds)
        self._log.warning("offline, again in %.1f s: %s", pause, error or "closed")
        await self._set(
            BotPhase.RETRYING,
            problem=_problem(error),
            retry_at=self._clock.now() + pause,
        )
        if isinstance(error, FloodWaitError):
            await self._floods.keep(self._name, LOG_IN, error.seconds)
            return
        self._wakeup.forget()
        if await self._wakeup.sleep(pause):
            await self._clock.sleep(_jitter.uniform(0.0, _SPREAD))

    async def _set(
        self,
        phase: BotPhase,
        *,
        client: AccountClient | None = None,
        problem: str | None = None,
        retry_at: float | None = None,
    ) -> None:
        connection = self.connection
        connection.phase, connection.client = phase, client
        connection.problem, connection.retry_at = problem, retry_at
        self._tell()
        async with self._changed:
            self._changed.notify_all()

    def wake(self) -> None:
        """Check the connection or retry now, because the machine slept or the network changed."""
        self._probe.wake()
        self._wakeup.give()

    async def connected(self) -> AccountClient:
        """Wait until the account is online."""
        while (client := self.connection.client) is None:
            async with self._changed:
                await self._changed.wait_for(lambda: self.connection.client is not None)
        return client

    def broken(self, client: AccountClient, error: Exception) -> None:
        """End a connection that a request found dead or refused, so that `run` connects again."""
        if client is self.connection.client:
            self.connection.client = None
            client.give_up(error)

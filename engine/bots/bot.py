"""One bot: an account, what it answers, and its counters."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from engine.bots.account import Account
from engine.bots.correspondence import Correspondence, Desk
from engine.bots.outbox import Outbox
from engine.bots.state import BotPhase, BotState
from engine.clock import Clock
from engine.secrets.seal import Seal
from engine.telegram.client import AccountClient
from engine.telegram.incoming import Incoming
from engine.telegram.lock_check import LockOutcome
from engine.telegram.server import Server
from engine.telegram.session import AccountSession
from engine.telegram.session_guard import load_checked
from engine.telegram.session_lock import SessionLock

Respond = Callable[["Bot", Incoming], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What a bot needs to log in."""

    name: str  # also its session file's
    token: str
    api_id: int
    api_hash: str
    server: Server | None

    def __repr__(self) -> str:
        return f"BotSettings({self.name})"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all bots of a fleet share."""

    respond: Respond
    turns: asyncio.Semaphore  # to log in
    changed: Callable[[], None]
    desk: Desk
    sessions: Path
    seal: Seal
    clock: Clock


class Bot:
    """Answers messages from `run` until it is cancelled."""

    def __init__(self, settings: BotSettings, shared: Surroundings, log: logging.Logger) -> None:
        self.name = settings.name
        self._session = AccountSession(shared.sessions / f"{settings.name}.session", shared.seal)
        self._lock = SessionLock(self._session.path)
        self._writing = asyncio.Lock()
        self._settings = settings
        self._shared = shared
        self._log = log
        self._username: str | None = None
        self._display_name: str | None = None
        self._loaded = False
        self._stopped = False
        limits = shared.desk.limits
        self._account = Account(
            settings.name,
            self._log_in,
            floods=limits.floods,
            turns=shared.turns,
            changed=shared.changed,
            report=shared.desk.report,
            clock=shared.clock,
            log=log,
        )
        self._correspondence = Correspondence(
            settings.name,
            shared.desk,
            Outbox(self._account.connected, self._account.broken, limits, shared.clock),
            self._respond,
        )

    async def run(self) -> None:
        """Stay online until cancelled; returns early only when Telegram refuses the account."""
        try:
            await self._account.run()
        finally:
            self._stopped = self._account.connection.phase is not BotPhase.REFUSED

    async def drained(self) -> None:
        """Wait until every message taken so far is answered or left."""
        await self._correspondence.drained()

    async def stop(self) -> None:
        """Leave off; call after `run` has ended. The rest is stored for the next start."""
        await self._correspondence.stop()

    async def write_session(self) -> None:
        """Bring the session file up to date; a failure is logged and tried again next time."""
        if not self._lock.held:
            return
        try:
            async with self._writing:  # or an older state could overtake a newer one
                await self._session.flush(int(self._shared.clock.now()))
        except (OSError, sqlite3.Error) as error:
            self._log.error("the session could not be written: %s", error)

    def release_session(self) -> None:
        """Let others have the session; call when its last changes are written."""
        self._lock.release()

    @property
    def display_name(self) -> str:
        """What people call it: its name on Telegram once that is known."""
        return self._display_name or self.name

    @property
    def holds_session(self) -> bool:
        return self._lock.held

    @property
    def phase(self) -> BotPhase:
        return BotPhase.STOPPED if self._stopped else self._account.connection.phase

    def state(self) -> BotState:
        connection = self._account.connection
        return BotState(
            name=self.name,
            phase=self.phase,
            username=self._username,
            problem=connection.problem,
            retry_at=connection.retry_at,
            flood_until=self._shared.desk.limits.floods.until(self.name),
            attempts=connection.failures,
            received=self._correspondence.received,
            answered=self._correspondence.answered,
        )

    async def _log_in(self) -> AccountClient:
        self._lock.acquire()
        if not self._loaded:
            await self._load()
        await self._correspondence.resume()
        client = AccountClient(
            self._session,
            server=self._settings.server,
            api_id=self._settings.api_id,
            api_hash=self._settings.api_hash,
            receive=self._correspondence.receive,
        )
        try:
            identity = await client.log_in(self._settings.token)
        except BaseException:
            await client.close()
            raise
        self._username, self._display_name = identity.username, identity.display_name
        await self.write_session()  # a new login must outlive a crash
        return client

    async def _load(self) -> None:
        now = self._shared.clock.now()
        check = await asyncio.to_thread(load_checked, self._session, now)
        if check.outcome is not LockOutcome.SOUND:
            self._log.warning("its session was %s: %s", check.outcome.value, check.detail)
        self._loaded = True

    async def _respond(self, incoming: Incoming) -> str:
        return await self._shared.respond(self, incoming)

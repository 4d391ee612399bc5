"""One bot: an account, what it answers, and its counters."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from engine.bots.account import Account
from engine.bots.disposition import Dispositions, Unanswered
from engine.bots.handlers import Answer, Decision, direct_message, group_message
from engine.bots.outbox import Outbox
from engine.bots.reception import Reception
from engine.bots.state import BotPhase, BotState
from engine.bots.traffic import Traffic
from engine.clock import Clock
from engine.telegram.client import AccountClient
from engine.telegram.incoming import ChatKind, Incoming
from engine.telegram.server import Server
from engine.telegram.session import AccountSession
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
    report: Callable[[BaseException], None]  # an error nobody expected
    sessions: Path
    clock: Clock
    traffic: Traffic
    dispositions: Dispositions


class Bot:
    """Answers messages from `run` until it is cancelled."""

    def __init__(self, settings: BotSettings, shared: Surroundings, log: logging.Logger) -> None:
        self.name = settings.name
        self._session = AccountSession(shared.sessions / f"{settings.name}.session")
        self._lock = SessionLock(self._session.path)
        self._settings = settings
        self._shared = shared
        self._log = log
        self._username: str | None = None
        self._display_name: str | None = None
        self._loaded = False
        self._received = 0
        self._answered = 0
        self._stopped = False
        self._account = Account(
            self._log_in,
            turns=shared.turns,
            changed=shared.changed,
            clock=shared.clock,
            log=log,
        )
        self._outbox = Outbox(self._account.connected, self._account.broken, shared.clock)
        self._reception = Reception(self._process)

    async def run(self) -> None:
        """Stay online until cancelled; returns early only when Telegram refuses the account."""
        try:
            await self._account.run()
        finally:
            self._stopped = self._account.connection.phase is not BotPhase.REFUSED

    async def drained(self) -> None:
        """Wait until every message taken so far is answered or set aside."""
        await self._reception.drained()

    async def stop(self) -> None:
        """Set aside what is still waiting; call after `run` has ended."""
        for incoming in await self._reception.stop():
            self._leave(incoming, Unanswered.STOPPED)

    async def write_session(self) -> None:
        """Bring the session file up to date; a failure is logged and tried again next time."""
        if not self._lock.held:
            return
        try:
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
            attempts=connection.failures,
            received=self._received,
            answered=self._answered,
        )

    async def _log_in(self) -> AccountClient:
        self._lock.acquire()
        if not self._loaded:
            await asyncio.to_thread(self._session.load)
            self._loaded = True
        client = AccountClient(
            self._session,
            server=self._settings.server,
            api_id=self._settings.api_id,
            api_hash=self._settings.api_hash,
            receive=self._receive,
        )
        try:
            identity = await client.log_in(self._settings.token)
        except BaseException:
            await client.close()
            raise
        self._username, self._display_name = identity.username, identity.display_name
        await self.write_session()  # a new login must outlive a crash
        return client

    def _receive(self, incoming: Incoming) -> None:
        self._received += 1
        self._shared.traffic.received(self._shared.clock.monotonic())
        if not self._reception.take(incoming):
            self._leave(incoming, Unanswered.OVERLOADED)

    async def _process(self, incoming: Incoming) -> None:
        """Answer one message or give the reason why not; an error stays here."""
        shared = self._shared
        began = shared.clock.monotonic()
        try:
            reason = await self._answer(incoming)
        except Exception as error:  # noqa: BLE001 - a handler's error stays in the handler
            shared.report(error)
            reason = Unanswered.FAILED
        if reason is not None:
            self._leave(incoming, reason)
            return
        self._answered += 1
        shared.dispositions.answered += 1
        shared.traffic.answered(shared.clock.monotonic(), began)

    async def _answer(self, incoming: Incoming) -> Unanswered | None:
        """Decide and send; why there is no answer, or None when it has arrived."""
        decision = await self._decide(incoming)
        if isinstance(decision, Answer):
            return await self._outbox.send(incoming.peer, decision.text, incoming.message)
        return decision

    async def _decide(self, incoming: Incoming) -> Decision:
        async def respond(to: Incoming) -> str:
            return await self._shared.respond(self, to)

        if incoming.kind is ChatKind.DIRECT:
            return await direct_message(incoming, respond)
        return await group_message(incoming, respond, self._username or "")

    def _leave(self, incoming: Incoming, reason: Unanswered) -> None:
        self._shared.dispositions.leave(self.name, incoming.chat, incoming.message, reason)

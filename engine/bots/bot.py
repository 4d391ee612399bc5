"""Runs one bot: an account, what it answers, and its counters."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.bots.connection.cause import Cause
from engine.bots.connection.diagnosis import BotFacts, cause_of
from engine.bots.connection.probe import Probe
from engine.bots.connection.state import BotPhase, BotState
from engine.bots.connection.supervisor import ConnectionSupervisor
from engine.bots.messages.command_replies import CommandReplies
from engine.bots.messages.messaging_context import MessagingContext
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.processor import MessageProcessor
from engine.clock import Clock
from engine.secrets.seal import Seal
from engine.storage.messages.message import OutgoingMessage
from engine.telegram.client.client import AccountClient, Told
from engine.telegram.client.identity import Identity
from engine.telegram.client.key_doubt import KeyDoubt
from engine.telegram.client.observed import Observed
from engine.telegram.client.update_client import Intake
from engine.telegram.faults import SetupError
from engine.telegram.server import DataCentre
from engine.telegram.sessions.guard import load_checked
from engine.telegram.sessions.lock import SessionLock
from engine.telegram.sessions.lock_check import LockOutcome
from engine.telegram.sessions.session import AccountSession
from engine.telegram.updates.partial_difference import UnreadMessage

_RIVAL_SHOWN = 600.0  # s after the last sign of another program with the same token


@dataclass(frozen=True, slots=True)
class BotSettings:
    """The settings with which a bot logs in."""

    name: str  # also its session file's
    token: str
    api_id: int
    api_hash: str
    server: DataCentre | None
    problem: str | None = None  # on this machine: it is not to be logged in

    def __repr__(self) -> str:
        return f"BotSettings({self.name})"


@dataclass(frozen=True, slots=True)
class BotContext:
    """The objects that all bots of a fleet share."""

    login_slots: asyncio.Semaphore  # to log in
    places: asyncio.Semaphore  # to run at all, where the system allows few open files
    changed: Callable[[], None]
    messaging: MessagingContext
    sessions: Path
    seal: Seal
    clock: Clock
    told: Told


class Bot:
    """Answers messages while `run` runs."""

    def __init__(self, settings: BotSettings, shared: BotContext, log: logging.Logger) -> None:
        self.name = settings.name
        self._session = AccountSession(shared.sessions / f"{settings.name}.session", shared.seal)
        self._lock = SessionLock(self._session.path)
        self._key_doubt = KeyDoubt(self._session, shared.clock)
        self._writing = asyncio.Lock()
        self.settings = settings
        self._shared = shared
        self._log = log
        self._identity: Identity | None = None
        self._loaded = False
        self._stopped = False
        self._unreadable = 0
        self.paused = False  # by the operator
        self.privacy_mode_in: tuple[str, ...] = ()  # see BotState
        limits, services = shared.messaging.limits, shared.messaging.services
        self._observed = Observed(shared.clock)
        self._probe = Probe(self._observed, shared.clock, log)
        self._connection = ConnectionSupervisor(
            settings.name,
            self._log_in,
            floods=limits.floods,
            probe=self._probe,
            login_slots=shared.login_slots,
            let_go=self.let_go,
            changed=shared.changed,
            on_error=shared.messaging.on_error,
            clock=shared.clock,
            log=log,
        )
        self._outbox = Outbox(
            self._connection.connected,
            self._connection.broken,
            limits,
            shared.clock,
            lambda message, error: services.membership.refused(
                message, error, self._connection.connected
            ),
        )
        commands = CommandReplies(settings.name, services, self._connection.connected, shared.clock)
        services.names.add(settings.name)
        services.acquaintances.add(settings.name, self._session.forget)
        self._processor = MessageProcessor(
            settings.name, shared.messaging, self._outbox, commands, self._own_names
        )
        self._intake = Intake(
            settings.name,
            self._processor.receive,
            lambda events: services.membership.hear(settings.name, events),
            self._set_aside,
        )

    async def run(self) -> None:
        """Stay online until cancelled; return early only if Telegram rejects the account.

        It may be called again afterwards.
        """
        self._stopped = False
        try:
            if self._shared.places.locked():
                self._connection.lack_place()
            async with self._shared.places:
                await self._connection.run()
        finally:
            self._stopped = self._connection.connection.phase is not BotPhase.REFUSED

    async def drained(self) -> None:
        """Wait until every message taken so far is answered or left."""
        await self._processor.drained()

    async def stop(self) -> None:
        """Stop, after `run` has ended; the rest is stored for the next start."""
        await self._processor.stop()

    async def say(self, row: int, message: OutgoingMessage) -> None:
        """Send the message planned under `row` in its turn, unless it is no longer wanted."""
        await self._processor.say(row, message)

    def sees_all(self, chat: int) -> bool | None:
        """Return True if it sees all messages of a group; None if it is no known member."""
        return self._observed.sees_all(chat)

    @property
    def client(self) -> AccountClient | None:
        """The connection; None while the bot is offline."""
        return self._connection.connection.client

    async def write_session(self) -> None:
        """Write changes to the session file; a failure is logged, and the next call tries again."""
        if not self._lock.held:
            return
        try:
            async with self._writing:  # or an older state could overtake a newer one
                await self._session.flush(int(self._shared.clock.now()))
        except (OSError, sqlite3.Error) as error:
            self._log.error("the session could not be written: %s", error)

    def release_session(self) -> None:
        """Release the session for others; call this when its last changes are written."""
        self._lock.release()
        self._loaded = False

    async def let_go(self) -> None:
        """Write the session's changes, and release it."""
        await self.write_session()
        self.release_session()

    def wake(self) -> None:
        """Check the connection, because the machine slept or the network changed."""
        self._connection.wake()

    @property
    def holds_session(self) -> bool:
        """True while this bot holds its session's lock."""
        return self._lock.held

    @property
    def phase(self) -> BotPhase:
        """The phase of the bot's life."""
        return BotPhase.STOPPED if self._stopped else self._connection.connection.phase

    def state(self) -> BotState:
        """Return the bot's present state."""
        connection = self._connection.connection
        flood_until = self._shared.messaging.limits.floods.until(self.name)
        muted_in = self._muted_in()
        return BotState(
            name=self.name,
            phase=self.phase,
            username=self._identity.username if self._identity else None,
            problem=connection.problem,
            retry_at=connection.retry_at,
            flood_until=flood_until,
            attempts=connection.failures,
            received=self._processor.received,
            answered=self._processor.answered,
            unreadable=self._unreadable,
            cause=self._cause(flooded=flood_until is not None, muted=bool(muted_in)),
            muted_in=muted_in,
            privacy_mode_in=self.privacy_mode_in,
        )

    def _cause(self, *, flooded: bool, muted: bool) -> Cause:
        foreign_at = self._observed.foreign_at
        return cause_of(
            BotFacts(
                phase=self.phase,
                trouble=self._connection.connection.trouble,
                paused=self.paused,
                waking=not self._probe.proven,
                deaf=self._probe.deaf,
                rival=foreign_at is not None
                and self._shared.clock.now() - foreign_at < _RIVAL_SHOWN,
                flooded=flooded,
                muted=muted,
                privacy_mode=self._observed.privacy_mode,
            )
        )

    def _muted_in(self) -> tuple[str, ...]:
        """Return the titles of its groups in which it may not write."""
        muted, groups = self._outbox.muted.all(), self._observed.groups
        return tuple(groups[chat].title for chat in muted if chat in groups) if muted else ()

    async def _log_in(self) -> AccountClient:
        if self.settings.problem is not None:
            raise SetupError(self.settings.problem)
        self._lock.acquire()
        if not self._loaded:
            await self._load()
        await self._processor.resume()
        self._key_doubt.choose(has_token=bool(self.settings.token))
        client = AccountClient(
            self._session,
            server=self.settings.server,
            api_id=self.settings.api_id,
            api_hash=self.settings.api_hash,
            intake=self._intake,
            observed=self._observed,
            told=self._shared.told,
        )
        try:
            identity = await client.log_in(self.settings.token)
        except BaseException as error:
            await client.close()
            self._key_doubt.failed(error)
            raise
        self._key_doubt.proven()
        await self._shared.messaging.limits.reload_if_outdated()
        self._identity = identity
        self._shared.messaging.services.names.learn(self.name, identity.display_name)
        self._shared.messaging.own.add(identity.number)
        await self.write_session()  # a new login must outlive a crash
        return client

    async def _set_aside(self, unread: UnreadMessage | None) -> None:
        where = f"in {unread.chat}" if unread else "somewhere"
        self._unreadable += 1
        self._log.warning("something %s cannot be read and is passed over", where)
        await self._processor.receive_unreadable(unread)

    async def _load(self) -> None:
        now = self._shared.clock.now()
        check = await asyncio.to_thread(load_checked, self._session, now)
        if check.outcome is not LockOutcome.SOUND:
            self._log.warning("its session was %s: %s", check.outcome.value, check.detail)
        self._loaded = True

    async def _own_names(self) -> frozenset[str]:
        """Return its user names, once it is online: they may be unknown before."""
        await self._connection.connected()
        return self._identity.usernames if self._identity else frozenset[str]()

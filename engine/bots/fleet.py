"""Runs all bots of one engine; a failure of one never touches the others."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

from engine.bots.bot import Bot, BotContext, BotSettings
from engine.bots.connection.open_files import NO_LIMIT
from engine.bots.connection.state import BotPhase, BotState, FleetChanged, FleetStats
from engine.bots.connection.wake import MachineWoke, NetworkChanged
from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits
from engine.bots.messages.ended import MessageEnded, MessagesReceived
from engine.bots.messages.messaging_context import Conversation, MessagingContext
from engine.bots.messages.outcomes import Outcomes
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.skip_reason import SkipReason
from engine.bots.traffic import Traffic
from engine.bus import Bus, Unsubscribe
from engine.clock import Clock
from engine.secrets.seal import Seal
from engine.storage.messages.message_store import MessageStore
from engine.telegram.client.client import Told

_HANDSHAKES = 4  # at once; a first login takes some 40 ms of this machine's time
_FLUSH_INTERVAL = 15.0  # s between two writings of changed sessions
_DRAIN = 1.0  # s that a stop waits for answers under way
_DISCONNECTING = 2.5  # s until a bot that has not ended is told once more

_log = logging.getLogger(__name__)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks until they end: Telethon can swallow a cancellation while it connects."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _done, pending = await asyncio.wait(pending, timeout=_DISCONNECTING)


class Fleet:
    """Runs the bots; `start` returns at once, and they come online later."""

    def __init__(
        self,
        accounts: Iterable[BotSettings],
        *,
        conversation: Conversation,
        sessions: Path,
        seal: Seal,
        bus: Bus,
        messages: MessageStore,
        limits: Limits,
        on_error: Callable[[BaseException], None],
        own: OwnAccounts,
        services: ConsentServices,
        clock: Clock,
        told: Told,
        places: int = NO_LIMIT,
    ) -> None:
        """Build the bots.

        `on_error` gets a handler's errors, which stay with their message. `own` are accounts that
        no bot here answers; these bots join them after their login. `told` gets Telegram's time.
        Only `places` bots run at a time, the others wait.
        """
        self._bus = bus
        self._clock = clock
        self._traffic = Traffic(clock)
        self.outcomes = Outcomes()
        self._sessions = sessions
        shared = BotContext(
            login_slots=asyncio.Semaphore(_HANDSHAKES),
            places=asyncio.Semaphore(places),
            changed=self._tell,
            messaging=MessagingContext(
                messages=messages,
                conversation=conversation,
                limits=limits,
                own=own,
                services=services,
                clock=clock,
                publish=bus.publish,
                on_error=on_error,
            ),
            sessions=sessions,
            seal=seal,
            clock=clock,
            told=told,
        )
        self._shared = shared
        self._bots = tuple(map(self._made, accounts))
        self.by_name = {bot.name: bot for bot in self._bots}
        self._on_error = on_error
        self._pausing = asyncio.Lock()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = False
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._subscriptions: tuple[Unsubscribe, ...] = ()

    def start(self, paused: Collection[str] = ()) -> None:
        """Bring every bot online that is not in `paused`, a few at a time."""
        self._sessions.mkdir(mode=0o700, parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        for bot in self._bots:
            bot.paused = bot.name in paused
            if not bot.paused:
                self._run(bot)
        self._tasks = (loop.create_task(self._write_sessions(), name="session writer"),)
        self._subscriptions = (
            self._bus.subscribe(MachineWoke, lambda _event: self._wake()),
            self._bus.subscribe(NetworkChanged, lambda _event: self._wake()),
            self._bus.subscribe(MessagesReceived, self._traffic.count),
            self._bus.subscribe(MessageEnded, self._traffic.note),
            self._bus.subscribe(MessageEnded, self.outcomes.note),
        )

    async def pause(self, paused: Collection[str]) -> None:
        """Pause these bots and run all others; those that do so already go on."""
        async with self._pausing:  # or one could run before its session was let go
            changed = [bot for bot in self._bots if bot.paused != (bot.name in paused)]
            for bot in changed:
                bot.paused = not bot.paused
            await asyncio.gather(*(self._halt(bot) for bot in changed if bot.paused))
            for bot in changed:
                if not bot.paused:
                    self._run(bot)
            if changed:
                self._tell()

    async def follow(self, accounts: Iterable[BotSettings], paused: Collection[str]) -> None:
        """Run these bots and no others; those without a change continue."""
        async with self._pausing:
            wanted = {account.name: account for account in accounts}
            gone = [bot for bot in self._bots if wanted.get(bot.name) != bot.settings]
            await asyncio.gather(*map(self._drop, gone))
            if gone:  # else one begun anew would not see what the former still writes
                await self._shared.messaging.messages.settled()
            for bot in gone:
                wanted_again = bot.name in wanted
                _log.info("%s: %s", bot.name, "begun anew" if wanted_again else "removed")
            kept = {bot.name: bot for bot in self._bots if bot not in gone}
            new = [self._made(one) for name, one in wanted.items() if name not in kept]
            kept |= {bot.name: bot for bot in new}
            self._bots = tuple(kept[name] for name in wanted)
            self.by_name.clear()
            self.by_name.update((bot.name, bot) for bot in self._bots)
            for bot in new:
                bot.paused = bot.name in paused
                if not bot.paused:
                    self._run(bot)
            if gone or new:
                self._tell()

    def _made(self, account: BotSettings) -> Bot:
        return Bot(account, self._shared, _log.getChild(account.name))

    async def _drop(self, bot: Bot) -> None:
        """End a bot; its unfinished messages are stored."""
        await self._halt(bot)
        await bot.stop()
        await bot.let_go()

    def retry_refused(self) -> None:
        """Let refused bots try again: somebody may have repaired their fault."""
        for bot in self._bots:
            if bot.phase is BotPhase.REFUSED:
                running = self._running.get(bot.name)
                if running is None or running.done():
                    self._retry(bot)
                else:  # it is about to end
                    running.add_done_callback(partial(self._retry, bot))

    def _retry(self, bot: Bot, _ended: object = None) -> None:
        running = self._running.get(bot.name)
        is_running = running is not None and not running.done()
        if bot.phase is BotPhase.REFUSED and not (bot.paused or is_running or self._stopping):
            self._run(bot)

    def _wake(self) -> None:
        """Check every connection: the machine slept, or the network changed."""
        for bot in self._bots:
            bot.wake()

    @property
    def names(self) -> frozenset[str]:
        """The names of all bots, paused or not."""
        return frozenset(bot.name for bot in self._bots)

    def _run(self, bot: Bot) -> None:
        task = asyncio.get_running_loop().create_task(bot.run(), name=f"bot {bot.name}")
        task.add_done_callback(self._ended)
        self._running[bot.name] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(error)

    async def _halt(self, bot: Bot) -> None:
        """Disconnect a bot and release its session."""
        task = self._running.pop(bot.name, None)
        if task is not None:
            await _end((task,))
        await bot.let_go()

    async def stop(self) -> None:
        """Finish answers within 1 s, disconnect, and write every session."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN):
                await asyncio.gather(*(bot.drained() for bot in self._bots))
        tasks = (*self._running.values(), *self._tasks)
        await _end(tasks)
        await asyncio.gather(*(bot.stop() for bot in self._bots))
        await asyncio.gather(*(bot.write_session() for bot in self._bots))
        for bot in self._bots:
            bot.release_session()
        for unsubscribe in self._subscriptions:
            unsubscribe()

    def states(self) -> tuple[BotState, ...]:
        """Return the states of all bots."""
        return tuple(bot.state() for bot in self._bots)

    def stats(self) -> FleetStats:
        """Return the fleet's figures."""
        p50, p95, p99 = self._traffic.latency_ms()
        return FleetStats(
            total=len(self._bots),
            online=self._online(),
            received=self._traffic.total_received,
            answered=self.outcomes.answered,
            expired=self.outcomes.skipped[SkipReason.EXPIRED],
            messages_per_minute=self._traffic.per_minute(),
            answer_p50_ms=p50,
            answer_p95_ms=p95,
            answer_p99_ms=p99,
        )

    def held_sessions(self) -> frozenset[str]:
        """Return the names of the sessions that this fleet's bots hold."""
        return frozenset(bot.name for bot in self._bots if bot.holds_session)

    def _online(self) -> int:
        return sum(bot.phase is BotPhase.ONLINE for bot in self._bots)

    def _tell(self) -> None:
        wanted = sum(not bot.paused for bot in self._bots)
        self._bus.publish(FleetChanged(self._online(), wanted))

    async def _write_sessions(self) -> None:
        while True:
            await self._clock.sleep(_FLUSH_INTERVAL)
            await self._flush()

    async def _flush(self) -> None:
        """Write changed sessions, one after the other."""
        for bot in self._bots:
            await bot.write_session()

"""All bots of one engine: started together, a failure of one never touching the others."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from engine.bots.bot import Bot, BotSettings, Respond, Surroundings
from engine.bots.correspondence import Desk
from engine.bots.disposition import Dispositions, Unanswered
from engine.bots.limits import Limits
from engine.bots.state import BotPhase, BotState, FleetChanged, FleetFigures
from engine.bots.traffic import Traffic
from engine.bus import Bus
from engine.clock import Clock
from engine.secrets.seal import Seal
from engine.storage.messages import Messages

_HANDSHAKES = 4  # at once; a first login takes some 40 ms of this machine's time
_FLUSH_INTERVAL = 15.0  # s between two writings of changed sessions
_DRAIN = 1.0  # s that a stop waits for answers under way

_log = logging.getLogger(__name__)


class Fleet:
    """`start` returns at once; bots come online behind it."""

    def __init__(
        self,
        accounts: Iterable[BotSettings],
        *,
        respond: Respond,
        sessions: Path,
        seal: Seal,
        bus: Bus,
        messages: Messages,
        limits: Limits,
        report: Callable[[BaseException], None],
        clock: Clock,
    ) -> None:
        """`report` takes a handler's error, which stays with its message."""
        self._bus = bus
        self._clock = clock
        self._traffic = Traffic()
        self.dispositions = Dispositions()
        self._sessions = sessions
        shared = Surroundings(
            respond=respond,
            turns=asyncio.Semaphore(_HANDSHAKES),
            changed=self._tell,
            desk=Desk(messages, self.dispositions, self._traffic, limits, clock, report),
            sessions=sessions,
            seal=seal,
            clock=clock,
        )
        self._bots = tuple(
            Bot(account, shared, _log.getChild(account.name)) for account in accounts
        )
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    def start(self) -> None:
        """Bring every bot online, a few at a time."""
        self._sessions.mkdir(mode=0o700, parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._tasks = (
            *(loop.create_task(bot.run(), name=f"bot {bot.name}") for bot in self._bots),
            loop.create_task(self._write_sessions(), name="session writer"),
        )

    async def stop(self) -> None:
        """Finish what is being answered (1 s at the most), disconnect, write every session."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN):
                await asyncio.gather(*(bot.drained() for bot in self._bots))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(bot.stop() for bot in self._bots))
        await self._flush()
        for bot in self._bots:
            bot.release_session()

    def states(self) -> tuple[BotState, ...]:
        return tuple(bot.state() for bot in self._bots)

    def figures(self) -> FleetFigures:
        now = self._clock.monotonic()
        p50, p95, p99 = self._traffic.latency_ms(now)
        return FleetFigures(
            total=len(self._bots),
            online=self._online(),
            received=self._traffic.total_received,
            answered=self.dispositions.answered,
            expired=self.dispositions.unanswered[Unanswered.EXPIRED],
            messages_per_minute=self._traffic.per_minute(now),
            answer_p50_ms=p50,
            answer_p95_ms=p95,
            answer_p99_ms=p99,
        )

    def held_sessions(self) -> frozenset[str]:
        """Names of the sessions this fleet's bots hold."""
        return frozenset(bot.name for bot in self._bots if bot.holds_session)

    def _online(self) -> int:
        return sum(bot.phase is BotPhase.ONLINE for bot in self._bots)

    def _tell(self) -> None:
        self._bus.publish(FleetChanged(self._online(), len(self._bots)))

    async def _write_sessions(self) -> None:
        while True:
            await self._clock.sleep(_FLUSH_INTERVAL)
            await self._flush()

    async def _flush(self) -> None:
        """Write what changed, one session after the other."""
        for bot in self._bots:
            await bot.write_session()

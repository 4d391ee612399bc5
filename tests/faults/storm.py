"""A fleet among people who write all the time, on a Telegram where something always goes wrong."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.bots.connection.state import BotPhase
from engine.engine import Engine
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from tests.faults.message_accounts import Balance, balance
from tests.support.soundness import unsound

_SEND = "messages.sendMessage"
_PATIENCE = 90.0  # s without an answer after the storm; pauses between logins grow to 60 s


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a storm left."""

    balance: Balance
    faults: dict[str, int]  # how often the people's Telegram was made to fail, by kind
    struck: dict[str, int]  # how many calls and connections suffered from it
    left_behind: tuple[str, ...]  # bots that are not online
    unsound: list[str]
    settled_after: float  # s from the end of the storm to the last answer


class Storm:
    """Faults of every kind, one after the other, at random."""

    def __init__(self, telegram: LocalTelegram, seed: int) -> None:
        self._telegram = telegram
        self._chance = random.Random(seed)
        self.faults: Counter[str] = Counter()

    async def rage(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        kinds: tuple[Callable[[], Awaitable[object]], ...] = (
            self._drops,
            self._flood_wait,
            self._restart,
            self._bad_salts,
            self._lost_answers,
            self._trouble,
            self._silence,
        )
        while time.monotonic() < until:
            strike = self._chance.choice(kinds)
            self.faults[strike.__name__.lstrip("_")] += 1
            await strike()
            await asyncio.sleep(self._chance.uniform(0.2, 2.0))

    async def _drops(self) -> None:
        await self._telegram.drop_connections()

    async def _flood_wait(self) -> None:
        account = self._chance.choice(self._telegram.bots)
        seconds = self._chance.randint(1, 6)
        await self._telegram.add_fault(
            FaultKind.FLOOD_WAIT, method=_SEND, account=account, times=1, seconds=seconds
        )

    async def _restart(self) -> None:
        await self._telegram.restart(seconds=self._chance.uniform(0.0, 2.0))

    async def _bad_salts(self) -> None:
        await self._telegram.add_fault(FaultKind.BAD_SALT, times=self._chance.randint(1, 10))

    async def _lost_answers(self) -> None:
        kind = self._chance.choice((FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER))
        await self._telegram.add_fault(kind, method=_SEND, times=self._chance.randint(1, 5))

    async def _trouble(self) -> None:
        times = self._chance.randint(1, 5)
        await self._telegram.add_fault(FaultKind.RPC_ERROR, method=_SEND, times=times)

    async def _silence(self) -> None:
        await self._telegram.black_hole(self._chance.uniform(0.2, 1.5))


@asynccontextmanager
async def _engine(telegram: LocalTelegram, directory: Path) -> AsyncIterator[Engine]:
    engine = Engine(load_settings(directory, **telegram.settings()))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def weather(
    directory: Path, *, bots: int, people: int, groups: int, rate: float, seconds: float, seed: int
) -> Aftermath:
    """Let a storm rage for `seconds` while people write `rate` messages a minute, and look."""
    data = directory / "data"
    data.mkdir(parents=True)
    async with await LocalTelegram.start(
        directory / "telegram", bots=bots, people=people, groups=groups, seed=seed
    ) as telegram:
        storm = Storm(telegram, seed)
        async with _engine(telegram, data) as engine:
            await telegram.wait_for("listening", bots, within=60)
            online = dict.fromkeys((str(bot.id) for bot in telegram.bots), time.time())
            await telegram.set_rate(rate)
            await storm.rage(seconds)
            await telegram.set_rate(0)
            await telegram.clear_faults()
            ended = time.monotonic()
            await _settled(telegram, engine, bots)
            settled_after = time.monotonic() - ended
            left_behind = tuple(
                bot.name for bot in engine.snapshot().bots if bot.phase is not BotPhase.ONLINE
            )
        summary = await telegram.ledger_summary()
        found = balance(await telegram.messages(), data, online)
    return Aftermath(
        found,
        dict(storm.faults),
        summary.faults,
        left_behind,
        unsound(data),
        settled_after,
    )


async def _settled(telegram: LocalTelegram, engine: Engine, bots: int) -> None:
    """Wait until everybody is online and nothing waits for an answer, or nothing moves any more.

    Telegram's pace draws it out: 20 messages a minute in a group, tries that failed included.
    """
    answered, deadline = 0, time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        summary = await telegram.ledger_summary()
        if not summary.waiting and engine.snapshot().fleet.online == bots:
            return
        if summary.answered > answered:
            answered, deadline = summary.answered, time.monotonic() + _PATIENCE
        await asyncio.sleep(0.2)

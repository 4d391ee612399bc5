"""Five bots among people who write all the time, and an engine that is killed again and again."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalPerson
from tests.faults.message_accounts import Balance, balance
from tests.support.engine_lives import EngineLives, Life, Order
from tests.support.kill_points import MANY_PLANNED, POINTS, RANDOM
from tests.support.soundness import unsound

BOTS = 5
PEOPLE = 10
GROUPS = 4  # every other one a supergroup
FIRST_START = "during the first start"
TELEGRAM_RESTARTS = "at random, Telegram restarting"
RESUMING = "while resuming"
ALL_POINTS = (*POINTS, TELEGRAM_RESTARTS, FIRST_START)
_PATIENCE = 30.0  # s until a point must have been passed; else it is killed from outside
_MOST_PASSAGES = {RESUMING: 2 * BOTS, "some bots online": BOTS}  # before a kill
_SETTLED = 60.0


@asynccontextmanager
async def killed_fleet(
    directory: Path, lives: EngineLives, *, rate: float, seed: int
) -> "AsyncIterator[KilledFleet]":
    """A fleet that has never run, in a Telegram of its own."""
    async with await LocalTelegram.start(
        directory / "telegram", bots=BOTS, people=PEOPLE, groups=GROUPS, seed=seed
    ) as telegram:
        yield KilledFleet(telegram, lives, directory / "data", rate, seed)


@dataclass(slots=True)
class Kills:
    """What was done to the engine and what was found afterwards."""

    by_point: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)  # killed elsewhere: point not reached
    unsound: list[str] = field(default_factory=list)


class KilledFleet:
    """A local Telegram with people writing at `rate` a minute, and one engine after the other."""

    def __init__(
        self, telegram: LocalTelegram, lives: EngineLives, data: Path, rate: float, seed: int
    ) -> None:
        self.telegram = telegram
        self._lives = lives
        self._data = data
        self._rate = rate
        self._chance = random.Random(seed)
        self._people: list[LocalPerson] = []
        self._groups = 0
        self.kills = Kills()
        self.online: dict[str, float] = {}

    async def begin(self) -> None:
        """Bring every bot online for the first time; from then on people write."""
        self._people = await self.telegram.people()
        life = await self._start(RANDOM)
        if not await life.all_online(BOTS):
            raise AssertionError(f"the engine ended with {await life.ended}")
        self.online |= life.online
        await self.telegram.set_rate(self._rate)
        await self._killed(life, RANDOM, after=self._chance.uniform(0, 0.5))

    async def kill_at(self, point: str, *, passages: int = 0) -> None:
        """Start an engine and have it die at `point`; the next call finds what is left."""
        if point == FIRST_START:
            await self._kill_at_first_start()
            return
        if point == RESUMING:
            await self.kill_at(MANY_PLANNED, passages=self._chance.randint(5, 15))
        flush = self._chance.choice((0.1, 0.3, None)) if "session" not in point else 0.1
        passages = passages or self._chance.randint(1, _MOST_PASSAGES.get(point, 12))
        if point == TELEGRAM_RESTARTS:
            await self.telegram.restart(seconds=self._chance.uniform(0.05, 0.5))
        if point in {RANDOM, TELEGRAM_RESTARTS}:
            life = await self._start(RANDOM, 0, flush)
            await self._killed(life, point, after=self._chance.uniform(0, 0.8))
            return
        life = await self._start(point, passages, flush)
        await self._somebody_founds_a_group()
        await self._killed(life, point, after=None)

    async def _kill_at_first_start(self) -> None:
        """At any moment before all bots were online; at once, should they be already."""
        life = await self._start(RANDOM)
        await self._killed(life, FIRST_START, after=self._chance.uniform(0, 0.6), online=False)
        self._note_online(life)
        await self.telegram.set_rate(self._rate)

    async def settle(self) -> Balance:
        """Nobody writes any more; an engine answers the rest and stops as it should."""
        await self.telegram.set_rate(0)
        life = await self._start(RANDOM)
        if not await life.all_online(BOTS):
            raise AssertionError(f"the engine ended with {await life.ended}")
        self._note_online(life)
        deadline = time.monotonic() + _SETTLED
        while True:
            found = balance(await self.telegram.messages(), self._data, self.online)
            done = not (found.lost or found.differences)
            if done or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.1)
        status = await life.signal(signal.SIGTERM)
        assert status == 0, f"the engine stopped with {status}"
        self.kills.unsound += unsound(self._data)
        return balance(await self.telegram.messages(), self._data, self.online)

    async def _start(self, point: str, passages: int = 0, flush: float | None = None) -> Life:
        settings = self.telegram.settings()
        return await self._lives.start(Order(self._data, settings, point, passages, flush))

    def _note_online(self, life: Life) -> None:
        for bot, at in life.online.items():
            self.online.setdefault(bot, at)

    async def _killed(
        self, life: Life, point: str, *, after: float | None, online: bool = True
    ) -> None:
        """See the engine killed: `after` seconds of being online, or at the point it was given."""
        if after is None:
            await asyncio.wait((life.ended,), timeout=_PATIENCE)
        else:
            if online and not await life.all_online(BOTS):
                raise AssertionError(f"the engine ended with {await life.ended}")
            await asyncio.wait((life.ended,), timeout=after)
        was_alive = not life.ended.done()
        status = await life.signal(signal.SIGKILL)
        assert status == -signal.SIGKILL, f"the engine ended with {status}"
        if after is None and was_alive:
            self.kills.missed[point] += 1
        else:
            self.kills.by_point[point] += 1
        self.kills.unsound += await asyncio.to_thread(unsound, self._data)

    async def _somebody_founds_a_group(self) -> None:
        """A supergroup the bot has never heard of, and a question in it."""
        if self._groups >= 6:
            return
        self._groups += 1
        person, bot = self._chance.choice(self._people), self._chance.choice(self.telegram.bots)
        group = await self.telegram.add_group(f"New group {self._groups}", [person, bot])
        await self.telegram.write(person, group, f"@{bot.username} is this on?")

"""A fleet under load that is killed and whose database is restored, with consents over it."""

import asyncio
import contextlib
import gzip
import itertools
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.clock import SystemClock
from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from engine.simulator.world.records import LocalBot, LocalPerson
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import FILE_NAME, location_of
from tests.end_to_end.test_replies import write_provider
from tests.faults.message_accounts import Pair, balance
from tests.support.engine_lives import EngineLives, Life, Order
from tests.support.kill_points import RANDOM
from tests.support.people_talking import answer_to
from tests.support.soundness import unsound
from tests.support.waiting import until

BOTS = 3
PEOPLE = 8
GROUPS = 2
RESTORED = "a backup restored"
RESTORE_KILLED = "the restore killed, and done again"
COPIED = "a backup copied by hand"
WAYS = (RESTORED, RESTORE_KILLED, COPIED)
_SETTLED = 60.0  # s

_RESTORE = """
import asyncio, sys
from pathlib import Path
from engine.clock import SystemClock
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
directory = Path(sys.argv[1])
backups = Backups(location_of(None, directory), directory, SystemClock())
print(flush=True)
asyncio.run(backups.restore(Path(sys.argv[2])))
"""


@dataclass(slots=True)
class Person:
    """Somebody who agrees and changes their mind; times in seconds since the epoch."""

    person: LocalPerson
    bot: LocalBot
    marks: list[str] = field(default_factory=list)  # of what they wrote
    agreed: list[tuple[float, float]] = field(default_factory=list)  # from asking to hearing

    def allows(self, at: float) -> bool:
        return any(begin <= at <= end for begin, end in self.agreed)


@dataclass(slots=True)
class Found:
    """What went wrong."""

    lost: list[Pair] = field(default_factory=list)
    duplicated: list[Pair] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # that a provider had without consent
    unsound: list[str] = field(default_factory=list)
    by_way: Counter[str] = field(default_factory=Counter)  # restores
    answered: int = 0
    calls: int = 0  # of the provider
    left: int = 0  # messages left as restored


@contextlib.asynccontextmanager
async def restored_fleet(
    directory: Path, lives: EngineLives, *, rate: float, seed: int
) -> "AsyncIterator[RestoredFleet]":
    async with (
        await LocalTelegram.start(
            directory / "telegram", bots=BOTS, people=PEOPLE, groups=GROUPS, seed=seed
        ) as telegram,
        LocalProvider() as provider,
    ):
        yield RestoredFleet(telegram, provider, lives, directory / "data", rate=rate, seed=seed)


class RestoredFleet:
    """People write at `rate` a minute while engines are killed and their database restored."""

    def __init__(
        self,
        telegram: LocalTelegram,
        provider: LocalProvider,
        lives: EngineLives,
        data: Path,
        *,
        rate: float,
        seed: int,
    ) -> None:
        self._telegram = telegram
        self._provider = provider
        self._lives = lives
        self._data = data
        self._rate = rate
        self._chance = random.Random(seed)
        self._numbers = itertools.count(1)
        self._people: list[Person] = []
        self._online: dict[str, float] = {}
        self._unknown: list[tuple[float, float]] = []  # what a copy by hand cannot know of
        self._backups = Backups(location_of(None, data), data, SystemClock())
        self.found = Found()

    async def begin(self) -> None:
        self._data.mkdir(mode=0o700)
        write_provider(self._data, self._provider)

    async def cycle(self, way: str) -> None:
        """Agree, back up, withdraw, be killed, restore in this `way`, and be asked again."""
        life = await self._start()
        await self._telegram.set_rate(self._rate)
        declines, forgets, again = [await self._somebody() for _ in range(3)]
        for one in (declines, forgets, again):
            await self._agree(one)
            await self._write(one)
        backed_up = time.time()
        backup = (await self._backups.make()).file
        await self._withdraw(declines, "/decline")
        await self._withdraw(forgets, "/forget yes")
        await self._withdraw(again, "/decline")
        await self._agree(again)
        for one in (declines, forgets, again):
            await self._write(one)
        assert await life.signal(signal.SIGKILL) == -signal.SIGKILL
        await self._restore(backup, way)
        self.found.by_way[way] += 1
        self.found.unsound += await asyncio.to_thread(unsound, self._data)
        life = await self._start()
        if way == COPIED:
            # Dates are whole seconds: what is written in this one may be older than the start.
            now = int(time.time())
            await until(lambda: int(time.time()) > now, "the next second")
            self._unknown.append((backed_up, time.time()))
        for one in (declines, forgets, again):
            await self._write(one)
        assert await life.signal(signal.SIGTERM) == 0

    async def settle(self) -> Found:
        """Nobody writes any more; an engine answers the rest, and the books are compared."""
        await self._telegram.set_rate(0)
        life = await self._start()
        deadline = time.monotonic() + _SETTLED
        while True:
            found = balance(await self._telegram.messages(), self._data, self._online)
            lost = await self._lost(found.lost)
            if not lost or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.1)
        assert await life.signal(signal.SIGTERM) == 0
        self.found.unsound += unsound(self._data)
        self.found.lost, self.found.duplicated = lost, list(found.duplicated)
        self.found.answered, self.found.left = found.answered, found.left.get("restored", 0)
        await self._judge_words()
        return self.found

    async def _start(self) -> Life:
        settings = {
            **self._telegram.settings(),
            "OPENAI_API_KEY": self._provider.api_key,
            "MESSAGES_PER_MINUTE": 100_000,
        }
        flush = self._chance.choice((0.1, 0.5, None))
        life = await self._lives.start(Order(self._data, settings, RANDOM, 0, flush))
        if not await life.all_online(BOTS):
            raise AssertionError(f"the engine ended with {await life.ended}")
        for bot, at in life.online.items():
            self._online.setdefault(bot, at)
        return life

    async def _somebody(self) -> Person:
        person = await self._telegram.add_person(f"Person {len(self._people)}")
        somebody = Person(person, self._chance.choice(self._telegram.bots))
        self._people.append(somebody)
        return somebody

    async def _agree(self, one: Person) -> None:
        one.agreed.append((time.time(), float("inf")))
        await self._ask(one, "/agree")

    async def _withdraw(self, one: Person, command: str) -> None:
        began, _ = one.agreed.pop()
        await self._ask(one, command)
        one.agreed.append((began, time.time()))

    async def _write(self, one: Person) -> None:
        mark = f"mark{next(self._numbers)}"
        one.marks.append(mark)
        await self._ask(one, f"Which instrument should a beginner like {mark} learn first?")

    async def _ask(self, one: Person, text: str) -> None:
        written = await self._telegram.write(one.person, one.bot, text)
        await answer_to(self._telegram, written)

    async def _restore(self, backup: Path, way: str) -> None:
        match way:
            case "a backup copied by hand":
                await asyncio.to_thread(self._copy, backup)
                return
            case "the restore killed, and done again":
                await self._kill_restore(backup)
        await self._backups.restore(backup)

    def _copy(self, backup: Path) -> None:
        for end in ("-wal", "-shm"):
            (self._data / (FILE_NAME + end)).unlink(missing_ok=True)
        (self._data / FILE_NAME).write_bytes(gzip.decompress(backup.read_bytes()))

    async def _kill_restore(self, backup: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _RESTORE, self._data, backup, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), self._chance.uniform(0.0, 1.5))
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        self.found.unsound += await asyncio.to_thread(unsound, self._data)

    async def _lost(self, lost: tuple[Pair, ...]) -> list[Pair]:
        """Without what came after a backup that was copied by hand, and before its copying."""
        if not self._unknown:
            return list(lost)
        at = {
            (bot, message.chat, message.message_id or message.ids[bot]): message.at
            for message in await self._telegram.messages()
            for bot in message.deliveries
        }
        return [
            pair
            for pair in lost
            if not any(begin <= at[pair] <= end for begin, end in self._unknown)
        ]

    async def _judge_words(self) -> None:
        owners = {mark: one for one in self._people for mark in one.marks}
        ledger = await self._provider.ledger()
        self.found.calls = ledger.total
        self.found.words = [
            mark for call in ledger.calls for mark in call.marks if not owners[mark].allows(call.at)
        ]

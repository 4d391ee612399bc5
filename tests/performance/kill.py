"""The engine killed with SIGKILL some 200 times under load, and restored 30 times.

What was lost, repeated, damaged, or read by a provider without consent.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.killed_fleet import ALL_POINTS, BOTS, FIRST_START, killed_fleet
from tests.faults.restored_fleet import WAYS, restored_fleet
from tests.performance.table import Table
from tests.support.engine_lives import EngineLives
from tests.support.kill_points import RANDOM

NAME = "kill"
AT_EACH_POINT = 11
AT_RANDOM = 30
RESTORES = 10  # in each way
RATE = 2400  # messages a minute, over all people


@dataclass(frozen=True, slots=True)
class _Result:
    point: str
    kills: int
    before: int  # kills elsewhere: to have something to resume, or at the fleet's beginning
    answered: int
    lost: int
    duplicated: int
    differences: int
    unsound: int
    logins: int  # beyond one a bot
    words: int = 0  # that a provider was sent without consent


async def _kill(point: str, directory: Path, lives: EngineLives, seed: int) -> _Result:
    wanted = AT_RANDOM if point == RANDOM else AT_EACH_POINT
    async with killed_fleet(directory, lives, rate=RATE, seed=seed) as fleet:
        if point != FIRST_START:
            await fleet.begin()
        while fleet.kills.by_point[point] < wanted:
            await fleet.kill_at(point)
        balance = await fleet.settle()
        logins = (await fleet.telegram.ledger_summary()).logins
    by_point = fleet.kills.by_point
    return _Result(
        point,
        by_point[point],
        by_point.total() + fleet.kills.missed.total() - by_point[point],
        balance.answered,
        len(balance.lost),
        len(balance.duplicated),
        len(balance.differences),
        len(fleet.kills.unsound),
        logins - BOTS,
    )


async def _restore(way: str, directory: Path, lives: EngineLives, seed: int) -> _Result:
    async with restored_fleet(directory, lives, rate=RATE, seed=seed) as fleet:
        await fleet.begin()
        for _ in range(RESTORES):
            await fleet.cycle(way)
        found = await fleet.settle()
    return _Result(
        way,
        found.by_way[way],
        0,
        found.answered,
        len(found.lost),
        len(found.duplicated),
        0,
        len(found.unsound),
        0,
        len(found.words),
    )


async def _run() -> list[_Result]:
    results = []
    with tempfile.TemporaryDirectory() as directory:
        async with EngineLives(Path(directory) / "errors.log") as lives:
            for seed, point in enumerate((*ALL_POINTS, *WAYS)):
                place = Path(directory) / str(seed)
                place.mkdir()
                do = _restore if point in WAYS else _kill
                results.append(await do(point, place, lives, seed))
                print(results[-1], file=sys.stderr, flush=True)
    return results


def _figures(results: Sequence[_Result]) -> tuple[str, ...]:
    return (
        f"{sum(result.kills for result in results):,}",
        f"{sum(result.answered for result in results):,}",
        f"{sum(result.lost for result in results):,}",
        f"{sum(result.duplicated for result in results):,}",
        f"{sum(result.differences for result in results):,}",
        f"{sum(result.unsound for result in results):,}",
        f"{sum(result.logins for result in results):,}",
        f"{sum(result.words for result in results):,}",
    )


def run() -> Table:
    began = time.monotonic()
    results = asyncio.run(_run())
    before = sum(result.before for result in results)
    return Table(
        "The engine killed under load",
        (
            "killed",
            "kills",
            "messages answered",
            "lost",
            "answered twice",
            "ledger and database differ",
            "unsound files",
            "extra logins",
            "words read without consent",
        ),
        (
            *((result.point, *_figures([result])) for result in results),
            ("total", *_figures(results)),
        ),
        f"SIGKILL; each row a fleet of its own: {BOTS} bots, 10 people writing {RATE:,} messages a "
        f"minute in direct chats, groups and supergroups, new supergroups among them; without "
        f"Telegram's pace, which would draw it out for minutes. {before} "
        "further kills prepared these. Every file is checked on a copy after every kill; the "
        "messages at each row's end, against the local Telegram's ledger. An extra login can only "
        "come from a kill during a bot's first one. Restored: killed under that load with a backup "
        "from before people withdrew their consent, had everything erased or agreed anew; what was "
        "open in it is left as restored. Took "
        f"{time.monotonic() - began:.0f} s.",
    )

"""An engine killed with SIGKILL under load, wherever it hurts, loses nothing and repeats nothing.

`script/bench kill` does the same some 200 times.
"""

import random
import sys
from pathlib import Path

import pytest

from tests.faults.killed_fleet import ALL_POINTS, FIRST_START, killed_fleet
from tests.support.engine_lives import EngineLives

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")

RATE = 2400  # messages a minute, over all people


async def test_killed_at_every_point_nothing_is_lost_nothing_said_twice_and_all_files_are_sound(
    tmp_path: Path,
) -> None:
    points = 2 * [point for point in ALL_POINTS if point != FIRST_START]
    random.Random(0).shuffle(points)
    async with (
        EngineLives(tmp_path / "errors.log") as lives,
        killed_fleet(tmp_path, lives, rate=RATE, seed=0) as fleet,
    ):
        await fleet.begin()
        logins = (await fleet.telegram.ledger_summary()).logins
        for point in points:
            await fleet.kill_at(point)
        balance = await fleet.settle()
        summary = await fleet.telegram.ledger_summary()
    print("kills:", dict(fleet.kills.by_point), "answered:", balance.answered)  # noqa: T201 - shown by -s
    assert (balance.lost, balance.duplicated, balance.differences) == ((), (), ())
    assert fleet.kills.unsound == []
    assert set(points) == set(fleet.kills.by_point)  # each was reached
    assert balance.answered > len(points)
    assert summary.logins == logins  # nobody had to log in again
    assert (tmp_path / "errors.log").read_text() == ""


async def test_killed_during_its_first_start_it_starts_the_next_time_and_misses_nothing_since(
    tmp_path: Path,
) -> None:
    async with (
        EngineLives(tmp_path / "errors.log") as lives,
        killed_fleet(tmp_path, lives, rate=RATE, seed=1) as fleet,
    ):
        for _ in range(4):
            await fleet.kill_at(FIRST_START)
        balance = await fleet.settle()
    assert (balance.lost, balance.duplicated, balance.differences) == ((), (), ())
    assert fleet.kills.unsound == []

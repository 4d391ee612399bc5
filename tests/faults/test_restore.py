"""A backup restored under load answers nothing twice and lets no provider read what it may not.

`script/bench kill` does the same more often.
"""

import sys
from pathlib import Path

import pytest

from tests.faults.restored_fleet import WAYS, restored_fleet
from tests.support.engine_lives import EngineLives

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")

RATE = 600  # messages a minute, over all people


async def test_restored_in_every_way_nothing_is_lost_said_twice_or_read_without_consent(
    tmp_path: Path,
) -> None:
    async with (
        EngineLives(tmp_path / "errors.log") as lives,
        restored_fleet(tmp_path, lives, rate=RATE, seed=0) as fleet,
    ):
        await fleet.begin()
        for way in WAYS:
            await fleet.cycle(way)
        found = await fleet.settle()
    assert (found.lost, found.duplicated, found.words, found.unsound) == ([], [], [], [])
    assert found.calls >= 2 * len(WAYS)
    assert found.answered > 20
    assert (tmp_path / "errors.log").read_text() == ""

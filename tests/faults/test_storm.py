"""Drops, flood waits, restarts, bad salts, lost answers, silence: nothing lost, nothing twice.

`script/bench storm` does the same with 50 bots for ten minutes.
"""

from pathlib import Path

from tests.faults.storm import weather


async def test_random_faults_lose_nothing_repeat_nothing_and_leave_no_bot_behind(
    tmp_path: Path,
) -> None:
    after = await weather(tmp_path, bots=10, people=20, groups=4, rate=600, seconds=12, seed=3)
    print(after)  # noqa: T201 - shown by -s
    found = after.balance
    assert (found.lost, found.duplicated, found.differences) == ((), (), ())
    assert after.left_behind == ()
    assert after.unsound == []
    assert found.answered > 20
    assert sum(after.struck.values()) > 5

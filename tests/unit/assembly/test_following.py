"""What changes in a data directory is taken up once, and what cannot be is said once."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.assembly.following import Following
from engine.errors import GavatcoreError
from engine.storage.database.errors import StorageUnavailableError
from tests.support.clock import ManualClock


class Follower:
    def __init__(self) -> None:
        self.times = 0
        self.error: Exception | None = None

    async def apply(self) -> None:
        self.times += 1
        if self.error is not None:
            raise self.error


def followed(*paths: Path) -> tuple[Following, Follower, list[BaseException]]:
    reported: list[BaseException] = []
    following, follower = Following(paths, ManualClock(), reported.append), Follower()
    following.follow(paths, follower.apply)
    return following, follower, reported


async def test_a_file_is_taken_up_when_it_comes_changes_and_goes_and_not_else(
    tmp_path: Path,
) -> None:
    file, folder = tmp_path / "accounts.json", tmp_path / "personas"
    following, follower, _ = followed(file, folder)
    await following.look()
    assert follower.times == 0
    file.write_text("{}")
    changes: tuple[Callable[[], object], ...] = (
        lambda: file.write_text("{} "),
        lambda: os.utime(file, ns=(1, 1)),
        folder.mkdir,
        lambda: (folder / "own.toml").write_text("x"),
        lambda: (folder / "own.toml").write_text("xy"),
        file.unlink,
    )
    for times, change in enumerate(changes, 1):
        await following.look()
        await following.look()
        assert follower.times == times
        change()
    await following.look()
    assert follower.times == 7


async def test_what_was_changed_while_the_engine_started_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "paused.json"
    following, follower = Following([file], ManualClock(), print), Follower()
    file.write_text("[]")
    following.follow([file], follower.apply)
    await following.look()
    assert follower.times == 1


async def test_a_damaged_file_is_told_once_and_a_lost_database_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "providers.toml"
    following, follower, reported = followed(file)
    caplog.set_level(logging.WARNING)
    follower.error = GavatcoreError("Line 3 is odd.")
    file.write_text("?")
    for _ in range(3):
        await following.look()
    assert (follower.times, caplog.messages) == (1, ["all stays as it was: Line 3 is odd."])
    follower.error = StorageUnavailableError("The database is away.")
    file.write_text("??")
    for _ in range(3):
        await following.look()
    assert (follower.times, len(caplog.messages)) == (4, 2)
    follower.error = None
    for _ in range(3):
        await following.look()
    assert follower.times == 5
    follower.error = ValueError("nobody expected it")
    file.write_text("???")
    await following.look()
    assert reported == [follower.error]

"""However and whenever it is told to stop, it ends in time, with status 0 and without a word."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram
from tests.support.desktop_process import log_of
from tests.support.screen import Screen, new_screen
from tests.support.stopping import BOTS, LONGEST, STATES, Place, stop_in
from tests.support.waiting import until


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with new_screen(tmp_path / "screen") as screen:
        await screen.start_tray()
        yield screen


@pytest.fixture
async def place(screen: Screen, tmp_path: Path) -> AsyncIterator[Place]:
    async with await LocalTelegram.start(tmp_path / "telegram", bots=BOTS, people=BOTS) as telegram:
        yield Place(screen, telegram, tmp_path / "data")


@pytest.mark.alone
@pytest.mark.parametrize("state", STATES)
async def test_it_stops_in_good_order(state: str, place: Place) -> None:
    ended = await stop_in(STATES[state], place)
    assert (ended.status, ended.stderr) == (0, "")
    assert ended.seconds <= LONGEST
    assert not re.search("Traceback|ERROR|was destroyed|never awaited", log_of(place.directory))
    await until(lambda: place.screen.tray_icon() is None, "no icon left")

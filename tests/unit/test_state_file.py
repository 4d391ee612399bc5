"""Whose state is believed: only that of the process which holds the data directory."""

import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.files.data_lock import hold_data_directory
from engine.snapshot import EnginePhase, Health, Snapshot
from engine.state_file import FILE_NAME, EngineState, StateFile, read_state
from engine.watch.observation import Thresholds
from engine.watch.sample import LoopLag
from tests.support.clock import ManualClock


def _write(directory: Path, pid: int) -> EngineState:
    state = EngineState(
        pid, 1.0, EnginePhase.RUNNING, Health.NORMAL, 5.0, FleetStats(), (), (), None
    )
    (directory / FILE_NAME).write_bytes(msgspec.json.encode(state))
    return state


def test_the_state_of_the_holder_is_read(tmp_path: Path) -> None:
    state = _write(tmp_path, os.getpid())
    lock = hold_data_directory(tmp_path)
    assert read_state(tmp_path) == state
    lock.release()


def test_what_a_killed_engine_left_is_not_believed(tmp_path: Path) -> None:
    _write(tmp_path, os.getpid())
    assert read_state(tmp_path) is None
    hold_data_directory(tmp_path).release()
    assert read_state(tmp_path) is None


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_an_engine_that_has_not_told_its_state_has_none(
    tmp_path: Path, content: bytes | None
) -> None:
    _write(tmp_path, os.getpid() + 1)  # its predecessor's
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    lock = hold_data_directory(tmp_path)
    assert read_state(tmp_path) is None
    lock.release()


async def test_no_title_of_a_group_is_written(tmp_path: Path) -> None:
    title = "Friends of a secret illness"
    bot = BotState("ada", BotPhase.ONLINE, muted_in=(title,), blind_in=(title,))
    shown = Snapshot(
        at=1.0,
        phase=EnginePhase.RUNNING,
        uptime=5.0,
        health=Health.NORMAL,
        emergency=None,
        alerts=(),
        fleet=FleetStats(),
        unanswered={},
        bots=(bot,),
        caches=(),
        sample=None,
        lag=LoopLag(),
        llm_calls=0,
        thresholds=Thresholds(0, 0),
    )
    writing = asyncio.create_task(StateFile(tmp_path, lambda: shown, ManualClock()).run())
    while not (tmp_path / FILE_NAME).exists():
        await asyncio.sleep(0.001)  # another thread
    writing.cancel()
    written = (tmp_path / FILE_NAME).read_bytes()
    assert b'"ada"' in written
    assert title.encode() not in written

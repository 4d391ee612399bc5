"""Whose state is believed: only that of the process which holds the data directory."""

import os
from pathlib import Path

import msgspec
import pytest

from engine.bots.state import FleetFigures
from engine.data_lock import hold_data_directory
from engine.snapshot import EnginePhase, Health
from engine.state_file import FILE_NAME, EngineState, read_state


def _write(directory: Path, pid: int) -> EngineState:
    state = EngineState(
        pid, 1.0, EnginePhase.RUNNING, Health.NORMAL, 5.0, FleetFigures(), (), (), None
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

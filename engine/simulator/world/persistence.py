"""Writes the state to its file and reads it back; a reader never sees half a file."""

import os
from pathlib import Path

import msgspec

from engine.simulator.world.state import WorldState

_FILE = "state.msgpack"


def load(directory: Path) -> WorldState | None:
    """Return the state last saved in `directory`, or None."""
    file = directory / _FILE
    if not file.exists():
        return None
    return msgspec.msgpack.decode(file.read_bytes(), type=WorldState)


def save(directory: Path, state: WorldState) -> None:
    """Replace the saved state in one step."""
    temporary = directory / (_FILE + ".new")
    temporary.touch(mode=0o600)
    with temporary.open("wb") as file:
        file.write(msgspec.msgpack.encode(state))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(directory / _FILE)

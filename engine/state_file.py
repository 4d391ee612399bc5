"""Writes the running engine's state to a small file for other processes: `gavatcore report`.

It is written every few seconds and removed at a clean stop. The lock on the data directory, and the
process that holds it, show if a file belongs to a running engine or to a killed one.
"""

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.bots.connection.state import BotState, FleetStats
from engine.cache.stats import CacheStats
from engine.clock import Clock
from engine.files.data_lock import holder_of
from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError
from engine.files.typed_files import read_json
from engine.snapshot import EnginePhase, Health, Snapshot
from engine.storage.database.statistics import DatabaseStatistics
from engine.watch.alert_lines import AlertRecord, alert_records

FILE_NAME = "state.json"
_INTERVAL = 5.0  # s
_LARGEST = 1 << 24  # bytes; a bot takes some 1,000


class EngineState(msgspec.Struct, frozen=True):
    """The part of a snapshot for other processes; nothing secret."""

    pid: int
    at: float  # seconds since the epoch
    phase: EnginePhase
    health: Health
    uptime: float  # s
    fleet: FleetStats
    bots: tuple[BotState, ...]
    caches: tuple[CacheStats, ...]
    database: DatabaseStatistics | None
    unanswered: dict[str, int] = {}  # messages since the start, by SkipReason
    alerts: tuple[AlertRecord, ...] = ()  # those that stand, then the last that are over


class StateFile:
    """Writes the state of one engine into its data directory, in a thread."""

    def __init__(self, directory: Path, snapshot: Callable[[], Snapshot], clock: Clock) -> None:
        self._file = directory / FILE_NAME
        self._snapshot = snapshot
        self._clock = clock

    async def run(self) -> None:
        """Write the state until cancelled; write errors are left to the storage to report."""
        while True:
            content = msgspec.json.encode(_state(self._snapshot()))
            with contextlib.suppress(OSError):
                await asyncio.to_thread(write_anew, self._file, content)
            await self._clock.sleep(_INTERVAL)

    async def remove(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._file.unlink, missing_ok=True)


def read_state(directory: Path) -> EngineState | None:
    """Return the state of the engine on `directory`; None if none runs, or it just started."""
    holder = holder_of(directory)
    if holder is None:
        return None
    try:
        state = read_json(directory / FILE_NAME, EngineState, _LARGEST)
    except (FileNotFoundError, SmallFileError):
        return None
    return state if state.pid == holder.pid else None


def _state(now: Snapshot) -> EngineState:
    return EngineState(
        os.getpid(),
        now.at,
        now.phase,
        now.health,
        now.uptime,
        now.fleet,
        tuple(map(_without_titles, now.bots)),
        now.caches,
        now.database,
        dict(now.unanswered),
        alert_records(now.alerts, now.past_alerts),
    )


def _without_titles(bot: BotState) -> BotState:
    """Return the bot without chat titles, which are people's words and not needed here."""
    if bot.muted_in or bot.blind_in:
        return dataclasses.replace(bot, muted_in=(), blind_in=())
    return bot

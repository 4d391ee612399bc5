"""How often an engine looks at itself: every second where that matters, else every five."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.assembly.watching import Watching
from engine.bots.connection.state import FleetChanged, FleetStats
from engine.bus import Bus
from engine.settings import load_settings
from engine.snapshot import Ticked
from engine.watch.alert_kinds.cpu_high import CpuHigh
from engine.watch.alert_kinds.loop_slow import LoopSlow
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.history import Resolution, Series
from tests.support.clock import ManualClock


class EmptyFleet:
    def stats(self) -> FleetStats:
        return FleetStats(
            total=0, online=0, received=0, answered=0, messages_per_minute=0.0,
            answer_p50_ms=None, answer_p95_ms=None, answer_p99_ms=None,
        )  # fmt: skip

    def states(self) -> tuple[()]:
        return ()


class NoCaches:
    def stats(self) -> tuple[()]:
        return ()


class Scene:
    def __init__(self, directory: Path, **settings: object) -> None:
        self.clock = ManualClock()
        self.bus = Bus(_raise)
        self.ticks: list[float] = []
        self.bus.subscribe(Ticked, lambda event: self.ticks.append(event.at))
        self.watching = Watching(load_settings(directory, **settings), self.bus, self.clock, _raise)

    async def passes(self, seconds: int) -> list[float]:
        """Let time pass; the pauses between the ticks it brought, in seconds."""
        before = self.ticks[-1:]
        for _ in range(seconds * 2):
            self.clock.advance(0.5)
            await _settle()
        ticks = [tick for tick in self.ticks if not before or tick >= before[0]]
        return [later - sooner for sooner, later in pairwise(ticks)]


def _raise(error: BaseException) -> None:
    raise error


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@asynccontextmanager
async def watched(directory: Path, **settings: object) -> AsyncIterator[Scene]:
    scene = Scene(directory, **settings)
    parts: Any = EmptyFleet(), NoCaches()
    task = asyncio.create_task(scene.watching.run(*parts))
    await _settle()
    await scene.passes(5)  # the first tick comes at once, the next with everybody's
    yield scene
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _hurrying_is_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is moved here, but what the processor and the loop took is measured for real."""
    for kind in (CpuHigh, LoopSlow):
        monkeypatch.setattr(kind, "judge", lambda _seen: None)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with watched(tmp_path) as scene:
        yield scene


async def test_nobody_looks_and_nothing_happens_it_is_every_five_seconds(scene: Scene) -> None:
    assert await scene.passes(30) == [5.0] * 6


async def test_while_somebody_looks_closely_it_is_every_second(scene: Scene) -> None:
    await scene.passes(7)
    leave = scene.watching.look_closely()
    await _settle()
    before = len(scene.ticks)
    await scene.passes(10)
    assert len(scene.ticks) == before + 10
    leave()
    leave()
    await scene.passes(10)
    assert await scene.passes(20) == [5.0] * 4


async def test_a_bot_that_comes_or_goes_is_seen_within_a_second(scene: Scene) -> None:
    await scene.passes(6)
    before = len(scene.ticks)
    scene.bus.publish(FleetChanged(0, 1))
    await _settle()
    await scene.passes(1)
    assert len(scene.ticks) == before + 1


async def test_the_chart_of_seconds_has_no_gap_however_rarely_it_looks(scene: Scene) -> None:
    await scene.passes(50)
    values = scene.watching.history.newest(Series.RSS, Resolution.SECOND, 50)
    assert len(values) >= 46
    assert all(value > 0 for value in values)


async def test_memory_that_jumps_is_an_alert_within_five_seconds_more(tmp_path: Path) -> None:
    """It is wrong for ten seconds first; from when that is seen on, every second is looked at."""
    async with watched(tmp_path, MEMORY_THRESHOLD_MB=1 << 20) as scene:
        await scene.passes(61)
        assert scene.watching.alerts.standing == ()
        alerts = scene.watching.alerts  # as if all had grown beyond it at once
        alerts._thresholds = replace(alerts._thresholds, memory=1 << 20)
        pauses = await scene.passes(16)
        assert [alert.kind for alert in alerts.standing] == [MemoryHigh]
        assert pauses[2:10] == [1.0] * 8
        await scene.passes(10)
        assert await scene.passes(20) == [5.0] * 4  # nothing is about to change any more

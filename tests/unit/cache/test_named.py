"""The engine's four caches: opened together, each within its share, back after a restart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from engine.cache.named import NamedCaches, Sizes
from engine.cache.personal_copies import PersonalCopies
from engine.cache.stats import Level, PredictionStats
from engine.gates import Gate, Gates
from tests.support.clock import ManualClock

_MIB = 1 << 20


class Answers(msgspec.Struct, frozen=True):
    texts: tuple[str, ...]


async def test_each_has_its_name_its_levels_and_its_share(tmp_path: Path) -> None:
    caches = await NamedCaches.open(
        Sizes(memory=10 * _MIB, disk=20 * _MIB), Answers, tmp_path, ManualClock()
    )
    figures = {one.name: one for one in caches.stats()}
    await caches.close()
    assert list(figures) == ["profile", "gpt", "log", "session"]
    assert [level.level for level in figures["gpt"].levels] == [Level.MEMORY, Level.DISK]
    assert [level.level for level in figures["log"].levels] == [Level.MEMORY]
    in_memory = [one.levels[0].bytes_capacity or 0 for one in figures.values()]
    assert 9.9 * _MIB < sum(in_memory) <= 10 * _MIB
    on_disk = [level.bytes_capacity or 0 for one in figures.values() for level in one.levels[1:]]
    assert sum(on_disk) <= 20 * _MIB


async def test_warming_after_a_restart_brings_back_what_was_on_disk(tmp_path: Path) -> None:
    clock = ManualClock()
    sizes = Sizes(memory=_MIB, disk=_MIB)
    caches = await NamedCaches.open(sizes, Answers, tmp_path, clock)
    await caches.gpt.set("question", Answers(("yes", "no")))
    await caches.profile.set("7", {"name": "Ada"})
    await caches.log.set("chat", ["hello"])
    await caches.close()
    clock.advance(100)
    again = await NamedCaches.open(sizes, Answers, tmp_path, clock)
    assert await again.warm() == {"profile": 0, "gpt": 1, "log": 0, "session": 0}
    assert again.gpt.stats().entries == 1
    assert await again.gpt.get("question") == Answers(("yes", "no"))
    clock.advance(201)
    assert await again.gpt.get("question") is None
    await again.clear()
    assert await again.profile.get("7") is None
    await again.close()


async def test_without_a_disk_there_is_no_file(tmp_path: Path) -> None:
    caches = await NamedCaches.open(Sizes(memory=_MIB, disk=0), Answers, tmp_path, ManualClock())
    await caches.session.set("chat", {"topic": "tea"})
    assert await caches.session.get("chat") == {"topic": "tea"}
    assert await caches.warm() == {}
    await caches.close()
    assert list(tmp_path.iterdir()) == []


@asynccontextmanager
async def at_work(caches: NamedCaches[Answers]) -> AsyncIterator[None]:
    """Warmed already, and in their run."""
    task = asyncio.create_task(caches.run())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await caches.close()


async def settle(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


async def ask_around(caches: NamedCaches[Answers], clock: ManualClock, rounds: int = 4) -> int:
    """In a loop over chats whose lines soon expire; how many of the last round were there."""
    found = 0
    for round_ in range(rounds):
        for chat in range(30):
            hit = await caches.log.get(f"chat {chat}")
            if hit is None:
                await caches.log.set(f"chat {chat}", ["asked for"], ttl=5)
            found += round_ == rounds - 1 and hit is not None
            for _ in range(10):
                await asyncio.sleep(0)
            clock.advance(1)
    return found


def prediction(caches: NamedCaches[Answers]) -> dict[str, PredictionStats | None]:
    return {one.name: one.prediction for one in caches.stats()}


async def test_what_is_expected_of_a_cache_is_loaded_ahead_and_told_in_its_figures(
    tmp_path: Path,
) -> None:
    clock, gates = ManualClock(), Gates()
    caches = await NamedCaches.open(
        Sizes(memory=_MIB, disk=0), Answers, tmp_path, clock, gates=gates
    )
    loaded: list[str] = []

    async def load(key: str) -> list[str]:
        loaded.append(key)
        return ["loaded ahead"]

    caches.load_ahead(caches.log, load)
    async with at_work(caches):
        gates.close(Gate.PREDICTION, "test")
        assert await ask_around(caches, clock) == 0
        assert loaded == []
        gates.open(Gate.PREDICTION, "test")
        assert await ask_around(caches, clock) > 25
        figures = prediction(caches)
        log = figures.pop("log")
        assert log is not None
        assert 0 < log.used <= log.loads
        assert log.keys == 30
        assert set(figures.values()) == {None}
        await PersonalCopies(caches).erase(7)
        log = prediction(caches)["log"]
        assert log is not None
        assert log.keys == 0
        assert caches.log.stats().entries == 0


async def test_a_loader_that_fails_harms_nobody(tmp_path: Path) -> None:
    clock = ManualClock()
    caches = await NamedCaches.open(
        Sizes(memory=_MIB, disk=0), Answers, tmp_path, clock, gates=Gates()
    )

    async def load(_key: str) -> list[str]:
        raise LookupError

    caches.load_ahead(caches.log, load)
    async with at_work(caches):
        assert await ask_around(caches, clock) == 0
        log = prediction(caches)["log"]
        assert log is not None
        assert log.failed > 0
        expired = caches.log.stats().expirations
        clock.advance(60)
        await settle(lambda: caches.log.stats().expirations > expired)  # it is swept still


async def test_nothing_is_loaded_ahead_where_that_costs_money_or_is_not_wanted(
    tmp_path: Path,
) -> None:
    async def load(_key: str) -> Answers:
        return Answers(())

    async def lines(_key: str) -> list[str]:
        return []

    clock = ManualClock()
    caches = await NamedCaches.open(Sizes(memory=_MIB, disk=0), Answers, tmp_path, clock)
    with pytest.raises(ValueError, match="money"):
        caches.load_ahead(caches.gpt, load)
    caches.load_ahead(caches.log, lines)
    async with at_work(caches):
        assert await ask_around(caches, clock) == 0
        assert set(prediction(caches).values()) == {None}


async def test_copies_of_what_people_said_go_from_every_cache_but_the_shared_answers(
    tmp_path: Path,
) -> None:
    caches = await NamedCaches.open(Sizes(memory=_MIB, disk=_MIB), Answers, tmp_path, ManualClock())
    await caches.profile.set("7:1", {"llm": True})
    await caches.log.set("bot:1", ["a secret"])
    await caches.session.set("bot:1", {"topic": "a secret"})
    await caches.gpt.set("question", Answers(("yes",)))
    copies = PersonalCopies(caches)
    assert await copies.export(7) == ()
    await copies.erase(7)
    assert [one.name for one in caches.stats() if one.entries] == ["gpt"]
    await caches.close()

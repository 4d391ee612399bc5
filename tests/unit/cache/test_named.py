"""The engine's four caches: opened together, each within its share, back after a restart."""

from pathlib import Path

import msgspec

from engine.cache.figures import Level
from engine.cache.named import NamedCaches, Sizes
from tests.clock import ManualClock

_MIB = 1 << 20


class Answers(msgspec.Struct, frozen=True):
    texts: tuple[str, ...]


async def test_each_has_its_name_its_levels_and_its_share(tmp_path: Path) -> None:
    caches = await NamedCaches.open(
        Sizes(memory=10 * _MIB, disk=20 * _MIB), Answers, tmp_path, ManualClock()
    )
    figures = {one.name: one for one in caches.figures()}
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
    assert await again.warm() == {"profile": 1, "gpt": 1, "log": 0, "session": 0}
    assert again.gpt.figures().entries == 1
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

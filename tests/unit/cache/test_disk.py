"""The disk level: it outlives the process, stays within its bytes, and heals by beginning anew."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from engine.cache.disk.level import DiskLevel
from engine.cache.lower_level import Record
from engine.cache.stats import Level
from tests.support.caches.levels import disk_at, texts
from tests.support.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache.db"


async def test_values_and_their_tags_outlive_the_process(file: Path, clock: ManualClock) -> None:
    async with disk_at(file, clock) as disk:
        cache = texts(clock, DiskLevel(disk, "texts", clock))
        await cache.set_many({"a": "1", "b": "2"}, tags=("tag",))
        await cache.set("c", "3", ttl=5)
        await disk.note("cursor", "7-1")
    clock.advance(6)
    async with disk_at(file, clock) as disk:
        cache = texts(clock, DiskLevel(disk, "texts", clock))
        assert await cache.get_many("abc") == {"a": "1", "b": "2"}
        assert await disk.noted("cursor") == "7-1"
        assert disk.usage("texts").entries == 3
        await cache.delete_by_tags("tag")
    async with disk_at(file, clock) as disk:
        assert await texts(clock, DiskLevel(disk, "texts", clock)).get_many("abc") == {}
    assert file.stat().st_mode & 0o077 == 0


async def test_it_stays_within_its_bytes_and_the_oldest_go(file: Path, clock: ManualClock) -> None:
    async with disk_at(file, clock, limit=100_000) as disk:
        level = DiskLevel(disk, "texts", clock)
        for number in range(300):
            await level.set({f"{number:03}": Record(b"\x01" * 900, None)}, change=False)
        await level.delete(("none",))
        figures = level.stats()
        assert 0 < (figures.bytes or 0) <= 100_000
        assert figures.evictions + (figures.entries or 0) == 300
        assert set(await level.get(["299", "000"])) == {"299"}


async def test_what_has_expired_is_purged_and_its_tags_with_it(
    file: Path, clock: ManualClock
) -> None:
    async with disk_at(file, clock) as disk:
        level = DiskLevel(disk, "texts", clock)
        await level.set({f"{n}": Record(b"x", 5.0, ("tag",)) for n in range(1_200)}, change=False)
        await level.set({"later": Record(b"x", 50.0)}, change=False)
        await level.delete(("none",))
        clock.advance(6)
        await disk.purge()
        assert level.stats().entries == 1
        assert level.stats().expirations == 1_200
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM tag").fetchone() == (0,)
    connection.close()


async def test_a_value_is_seen_before_it_is_committed_and_a_deleted_one_is_not(
    file: Path, clock: ManualClock
) -> None:
    async with disk_at(file, clock) as disk:
        level = DiskLevel(disk, "texts", clock)
        await level.set({"key": Record(b"one", 5.0)}, change=False)
        assert (await level.get(("key",)))["key"].payload == b"one"
        deleting = asyncio.create_task(level.delete(("key",)))
        await asyncio.sleep(0)
        assert await level.get(("key",)) == {}
        await level.set({"key": Record(b"two", 5.0)}, change=False)
        await deleting
        await level.delete(("none",))
        assert (await level.get(("key",)))["key"].payload == b"two"


@pytest.mark.parametrize("when", ["before the start", "while it runs"])
async def test_a_damaged_file_is_set_aside_and_begun_anew(
    file: Path, clock: ManualClock, when: str
) -> None:
    said: list[str | None] = []
    if when == "before the start":
        file.write_bytes(b"no database at all, but long enough to be looked at" * 100)

    def hear(level: Level, sentence: str | None) -> None:
        said.append(sentence and f"{level}: {sentence}")

    async with disk_at(file, clock, on_trouble=hear) as disk:
        cache = texts(clock, DiskLevel(disk, "texts", clock))
        await cache.set("old", "x" * 100)
        if when == "while it runs":
            # More than SQLite keeps of it in memory.
            await cache.set_many({f"{n}": f"{n:04}" * 250 for n in range(5_000)})
            await cache.delete("none")
            overwrite(file)
            await cache.get_many([f"{n}" for n in range(5_000)])
            assert await cache.get("old") is None
            assert said[0] is not None
            assert Level.DISK.value in said[0]
        await cache.set("new", "text")
        await cache.delete("none")
        assert await cache.get("new") == "text"
    assert file.with_name("cache.db.damaged").exists()
    async with disk_at(file, clock) as disk:
        cache = texts(clock, DiskLevel(disk, "texts", clock))
        assert await cache.get("new") == "text"


def overwrite(file: Path) -> None:
    """As a failing disk would; the write-ahead log's too."""
    for damaged in (file, file.with_name(f"{file.name}-wal")):
        size = damaged.stat().st_size
        with damaged.open("r+b") as opened:
            opened.write(b"\xff" * size)


async def test_a_disk_that_cannot_be_used_is_no_callers_trouble(
    tmp_path: Path, clock: ManualClock
) -> None:
    (tmp_path / "in the way").write_text("a file where a directory should be")
    async with disk_at(tmp_path / "in the way" / "cache.db", clock) as disk:
        cache = texts(clock, DiskLevel(disk, "texts", clock))
        await cache.set("key", "text")
        await cache.delete("key")
        await cache.clear()
        assert await cache.get("key") is None
        assert not cache.stats().levels[0].available
        (tmp_path / "in the way").unlink()
        await disk.purge()
        await cache.set("key", "text")
        assert await cache.get("key") == "text"
        assert cache.stats().levels[0].available

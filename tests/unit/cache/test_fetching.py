"""A key that changes while its value is on the way down is not left there with the old one."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from engine.cache.lower_level import OnInvalidated, Record
from engine.cache.stats import Level, LevelStats
from tests.support.caches.levels import loader, memory, texts
from tests.support.clock import ManualClock


class SlowLevel:
    """Stores when the test says so, after what was asked later."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.storing = asyncio.Event()
        self.go_on = asyncio.Event()

    async def get(self, keys: Sequence[str]) -> dict[str, Record]:
        return {key: self.records[key] for key in keys if key in self.records}

    async def set(self, records: Mapping[str, Record], *, change: bool) -> None:
        self.storing.set()
        await self.go_on.wait()
        self.records.update(records)

    async def delete(self, keys: Sequence[str], *, change: bool = True) -> None:
        for key in keys:
            self.records.pop(key, None)

    async def delete_tagged(self, tags: Sequence[str]) -> None:
        for key in [key for key, record in self.records.items() if set(record.tags) & set(tags)]:
            del self.records[key]

    async def clear(self) -> None:
        self.records.clear()

    def listen(self, receive: OnInvalidated) -> None:
        self.hear = receive

    def stats(self) -> LevelStats:
        return LevelStats(Level.REDIS)


@pytest.mark.parametrize("found_below", [False, True])
async def test_a_value_deleted_while_it_was_being_stored_is_deleted_again(
    found_below: bool,
) -> None:
    clock = ManualClock()
    slow, below = SlowLevel(), SlowLevel()
    below.go_on.set()
    if found_below:
        await texts(clock, below).set("key", "old")
    cache = texts(clock, slow, below, near=memory(clock))
    asking = asyncio.create_task(cache.get_or_load("key", loader("old")))
    await slow.storing.wait()
    await cache.delete("key")
    slow.go_on.set()
    assert await asking == "old"
    assert slow.records == {}
    assert below.records == {}
    assert await cache.get("key") is None

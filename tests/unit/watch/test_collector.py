"""What a collection on demand gives back."""

import asyncio
import gc
import sys

import pytest

from engine.watch.collector import collect_garbage


class Node:
    """A link of a dead cycle, with some weight."""

    def __init__(self) -> None:
        self.itself = self
        self.weight = bytes(2000)


@pytest.fixture(autouse=True)
def _only_on_demand() -> "object":
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def test_dead_cycles_are_found_and_counted() -> None:
    for _ in range(1000):
        Node()
    found = await collect_garbage()
    assert found.unreachable >= 1000
    assert found.objects_before - found.objects_after >= 2000  # each with its weight
    assert found.seconds > 0


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps freed memory")
async def test_memory_goes_back_to_the_system() -> None:
    # A block at the end keeps the heap from shrinking by itself.
    blocks = [bytearray(4096) for _ in range(10_000)]
    last = blocks[-1]
    del blocks
    found = await collect_garbage()
    assert found.rss_freed > 30 << 20
    assert len(last) == 4096


async def test_frozen_objects_are_counted_and_left_alone() -> None:
    for _ in range(500):
        Node()
    gc.freeze()
    try:
        found = await collect_garbage()
        assert found.unreachable < 500
        assert found.objects_after > 500
    finally:
        gc.unfreeze()
    assert (await collect_garbage()).unreachable >= 500


async def test_two_at_once_do_not_harm_each_other() -> None:
    both = await asyncio.gather(collect_garbage(), collect_garbage())
    assert all(found.rss_after > 0 for found in both)

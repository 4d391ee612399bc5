"""What the adaptive store knows beside its entries: it fits them, and grows with nothing else."""

import random

import pytest

from engine.cache.policies import ghost_record as records
from engine.cache.policies.adaptive import AdaptiveStore
from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import Eviction, store_for

DAY = 86_400.0  # s
COLLIDING = {"hashes of their own": None, "seven hashes": 7, "forty hashes": 40}


def _check(store: AdaptiveStore) -> None:
    known = store._known
    here = set(store._entries.keys())
    discarded = {id(one) for table in store._tiny_lfu._discarded for one in table.values()}
    for one in known.values():
        is_held = any(ghost.holds(one) for ghost, _ in store._experts)
        assert one.key in here or is_held or id(one) in discarded
    for key in here:
        assert store._entries.peek(key).note is known.peek(key)
    for ghost, strays in store._experts:
        assert here.issuperset(strays.keys())
        assert not any(ghost.holds(known.peek(key)) for key in strays.keys())  # noqa: SIM118
    assert sum(one.moment > 0 for one in known.values()) == len(store._recency)
    assert sum(one.uses > 0 for one in known.values()) == len(store._frequency)
    held = [one for one in known.values() if store._tiny_lfu.holds(one)]
    assert len(held) == len(store._tiny_lfu._held)


@pytest.mark.parametrize("colliding", COLLIDING)
@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_its_records_fit_what_is_here_and_what_the_ghosts_hold(
    seed: int, colliding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hashes := COLLIDING[colliding]:
        monkeypatch.setattr(
            records.GhostRecord,
            "of",
            lambda key: records.GhostRecord(key, 1 + sum(map(ord, key)) % hashes),
        )
    draw = random.Random(seed)
    entries = draw.choice([1, 3, 17, 100])
    store = AdaptiveStore(entries, draw.choice([entries, 50 * entries, 1 << 30]))
    names = draw.choice([5, 40, 600])
    weights = [draw.random() for _ in range(4)]
    size = 1
    for step in range(3_000):
        key = f"{draw.choice(['k', 'ж🙂', chr(0xD83D)])}{int(names * draw.random() ** 2)}"
        what = draw.choices(("get", "set", "pop", "expire", "clear"), [*weights, 0.002])[0]
        if what == "set":
            size = draw.choice([1, 2, 7, 50]) if draw.random() < 0.02 else size
            expires_at = draw.choice([None, step + 200 * draw.random()])
            store.set(key, CacheEntry(None, size, expires_at), ahead=draw.random() < 0.2)
        elif what == "expire":
            store.expire(step, 10)
        elif what == "clear":
            store.clear()
        else:
            getattr(store, what)(key)
        if step % 50 == 0:
            _check(store)


@pytest.mark.parametrize("policy", [Eviction.ADAPTIVE, Eviction.LFU])
def test_below_its_bounds_keys_that_come_and_go_for_ever_take_no_more_memory(
    policy: Eviction,
) -> None:
    store = store_for(policy, 1_000, 1 << 30)
    for step in range(20_000):
        key = f"k{step % 50}"
        store.pop(key)
        store.get(key)
        store.set(key, CacheEntry(None, 1))
    order = store._recency if isinstance(store, AdaptiveStore) else store._uses  # type: ignore[attr-defined]
    assert len(order._places) < 250
    assert len(order._order) < 250


@pytest.mark.parametrize("policy", list(Eviction))
def test_what_is_written_anew_long_before_it_expires_leaves_nothing_behind(
    policy: Eviction,
) -> None:
    store = store_for(policy, 1_000, 1 << 30)
    for second in range(5_000):
        store.set(f"k{second % 50}", CacheEntry(None, 1, second + DAY))
    assert len(store._wheel._slots) < 250  # type: ignore[attr-defined]
    assert store.expire(2 * DAY, 100) == 50


def test_misses_alone_are_not_gathered_for_ever() -> None:
    store = AdaptiveStore(100, 1 << 30)
    for step in range(300):
        store.set(f"k{step}", CacheEntry(None, 1))
    missed = [key for key in store._known.keys() if key not in store]  # noqa: SIM118
    for step in range(10_000):
        assert store.get(missed[step % len(missed)]) is None
    assert len(store._accessed) <= 64


def test_where_bytes_bound_entries_of_changing_sizes_records_are_forgotten_with_each_core() -> None:
    store = AdaptiveStore(2_000, 200_000)
    draw = random.Random(1)
    for phase in range(20):
        for _ in range(2_000):
            key = f"{phase}/{draw.randrange(600)}"
            if store.get(key) is None:
                store.set(key, CacheEntry(None, 100 if phase % 2 else 1_000))
    assert store._tiny_lfu.number > 20
    _check(store)
    assert len(store._known) < 2_000

"""What every store promises, tried with any sequence of calls against a plain dictionary."""

import gc
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import EntryStore, Eviction, store_for

ENTRIES = 6
BYTES = 40

keys = st.sampled_from([f"k{i}" for i in range(12)])
sizes = st.integers(0, BYTES + 5)
expiries = st.none() | st.floats(0, 20)
Operation: TypeAlias = (
    tuple[str, str] | tuple[str, str, int, float | None, bool] | tuple[str, float] | tuple[str]
)
operations: st.SearchStrategy[list[Operation]] = st.lists(
    st.one_of(
        st.tuples(st.just("get"), keys),
        st.tuples(st.just("set"), keys, sizes, expiries, st.booleans()),
        st.tuples(st.just("set"), keys, st.integers(1, 8), st.none(), st.just(False)),
        st.tuples(st.just("pop"), keys),
        st.tuples(st.just("expire"), st.floats(0, 25)),
        st.tuples(st.just("clear")),
    ),
    max_size=150,
)
every_policy = pytest.mark.parametrize("policy", list(Eviction))


@dataclass
class Observed:
    """A store beside the dictionary that says what must be in it."""

    policy: Eviction
    model: dict[str, CacheEntry] = field(default_factory=dict)
    told: int = 0

    def __post_init__(self) -> None:
        self.store: EntryStore = store_for(self.policy, ENTRIES, BYTES, self._went)

    def _went(self, key: str, entry: CacheEntry) -> None:
        self.told += 1
        assert self.model.pop(key) is entry

    def get(self, key: str) -> None:
        assert self.store.get(key) is self.model.get(key)

    def set(self, key: str, size: int, expires_at: float | None, ahead: bool) -> None:
        entry = CacheEntry(object(), size, expires_at)
        replaced = self.model.pop(key, None)
        if replaced is not None:
            self.model[key] = replaced
        fits = self.store.set(key, entry, ahead=ahead)
        assert fits is (size <= BYTES)
        self.model.pop(key, None)
        if fits:
            self.model[key] = entry
            assert self.store.peek(key) is entry

    def pop(self, key: str) -> None:
        assert self.store.pop(key) is self.model.pop(key, None)

    def expire(self, now: float) -> None:
        before = len(self.store)
        expired = {
            key: entry
            for key, entry in self.model.items()
            if entry.expires_at is not None and entry.expires_at <= now
        }
        long_expired = {key for key, entry in expired.items() if (entry.expires_at or 0) < now - 1}
        count = self.store.expire(now, 100)
        assert before - len(self.store) == count
        assert not long_expired & self.model.keys()
        assert count <= len(expired)

    def clear(self) -> None:
        self.store.clear()
        self.model.clear()

    def check(self) -> None:
        assert len(self.store) == len(self.model) <= ENTRIES
        assert self.store.bytes == sum(entry.size for entry in self.model.values()) <= BYTES
        for key, entry in self.model.items():
            assert key in self.store
            assert self.store.peek(key) is entry


@every_policy
@settings(max_examples=80)
@given(operations=operations)
def test_a_store_holds_what_was_set_within_its_bounds_and_tells_of_whatever_goes(
    policy: Eviction, operations: list[Operation]
) -> None:
    observed = Observed(policy)
    for name, *arguments in operations:
        getattr(observed, name)(*arguments)
        observed.check()


@every_policy
def test_a_full_store_counts_evictions_but_not_what_was_popped_or_expired(
    policy: Eviction,
) -> None:
    store = store_for(policy, 4, 1_000)
    for i in range(4):
        store.set(f"k{i}", CacheEntry(i, 1, expires_at=5.0))
    store.pop("k0")
    assert store.expire(now=10.0, most=2) == 2
    assert store.evictions == 0
    for i in range(10):
        store.set(f"n{i}", CacheEntry(i, 1))
    assert store.evictions == 7


@every_policy
def test_an_entry_over_the_bytes_is_not_stored_and_what_the_key_held_is_gone(
    policy: Eviction,
) -> None:
    store = store_for(policy, 4, 100)
    store.set("k", CacheEntry("small", 10))
    store.set("other", CacheEntry("other", 10))
    assert not store.set("k", CacheEntry("big", 101))
    assert store.get("k") is None
    assert store.peek("other") is not None
    assert store.bytes == 10


@every_policy
def test_a_replacement_that_grows_drives_out_others_and_not_itself(policy: Eviction) -> None:
    store = store_for(policy, 10, 100)
    for i in range(10):
        store.set(f"k{i}", CacheEntry(i, 10))
    store.set("k0", CacheEntry("grown", 95))
    found = store.peek("k0")
    assert found is not None
    assert found.value == "grown"
    assert len(store) == 1


@every_policy
@pytest.mark.parametrize(("entries", "size"), [(0, 10), (10, 0)])
def test_a_store_without_room_is_refused(policy: Eviction, entries: int, size: int) -> None:
    with pytest.raises(ValueError, match="holds none"):
        store_for(policy, entries, size)


@every_policy
def test_no_entry_adds_to_what_the_garbage_collector_visits(policy: Eviction) -> None:
    store = store_for(policy, 2_000, 100_000)
    gc.collect()
    before = len(gc.get_objects())
    for i in range(2_000):
        store.set(f"k{i}", CacheEntry(i, 1, expires_at=float(i % 3)))
        store.get(f"k{i}")
    gc.collect()
    assert len(gc.get_objects()) - before < 100


@every_policy
def test_expiry_takes_no_more_than_was_allowed_and_leaves_the_rest_for_later(
    policy: Eviction,
) -> None:
    store = store_for(policy, 1_000, 1_000)
    for i in range(1_000):
        store.set(f"k{i}", CacheEntry(i, 1, expires_at=float(i % 10)))
    assert store.expire(now=100.0, most=300) == 300
    assert len(store) == 700
    assert store.expire(now=100.0, most=1_000) == 700
    assert store.bytes == 0


@every_policy
def test_what_has_not_expired_stays(policy: Eviction) -> None:
    store = store_for(policy, 100, 1_000)
    store.set("soon", CacheEntry(1, 1, expires_at=10.0))
    store.set("later", CacheEntry(1, 1, expires_at=20.0))
    store.set("never", CacheEntry(1, 1))
    store.set("renewed", CacheEntry(1, 1, expires_at=10.0))
    store.set("renewed", CacheEntry(1, 1, expires_at=30.0))
    assert store.expire(now=11.0, most=10) == 1
    assert [key in store for key in ("soon", "later", "never", "renewed")] == [False] + [True] * 3

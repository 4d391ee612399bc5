"""Who goes first, policy by policy."""

import pytest

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.ghost_record import GhostRecord
from engine.cache.policies.ghosts import FrequencyGhost
from engine.cache.policies.store import EntryStore, Eviction, store_for


def filled(policy: Eviction, *keys: str) -> EntryStore:
    store = store_for(policy, len(keys), 1_000)
    for key in keys:
        store.set(key, CacheEntry(key, 1))
    return store


def held(store: EntryStore, keys: str) -> str:
    return "".join(key for key in keys if key in store)


def test_lru_lets_go_the_one_unused_for_longest() -> None:
    store = filled(Eviction.LRU, *"abc")
    store.get("a")
    store.set("b", CacheEntry("again", 1))
    store.peek("c")
    store.set("d", CacheEntry(None, 1))
    assert held(store, "abcd") == "abd"


def test_lfu_lets_go_the_one_used_least_and_of_equals_the_eldest() -> None:
    store = filled(Eviction.LFU, *"abc")
    for key in "aab":
        store.get(key)
    store.set("d", CacheEntry(None, 1))
    assert held(store, "abcd") == "abd"
    store.get("d")
    store.set("e", CacheEntry(None, 1))
    assert held(store, "abde") == "ade"


def test_lfu_counts_anew_what_comes_back() -> None:
    store = filled(Eviction.LFU, *"ab")
    for _ in range(5):
        store.get("a")
    store.pop("a")
    store.set("a", CacheEntry(None, 1))
    store.get("b")
    store.set("c", CacheEntry(None, 1))
    assert held(store, "abc") == "bc"


def test_ttl_lets_go_whoever_expires_soonest_and_last_those_that_never_do() -> None:
    store = store_for(Eviction.TTL, 3, 1_000)
    store.set("never", CacheEntry(1, 1))
    store.set("late", CacheEntry(1, 1, expires_at=100.0))
    store.set("soon", CacheEntry(1, 1, expires_at=50.0))
    store.get("soon")
    store.set("new", CacheEntry(1, 1, expires_at=200.0))
    assert "soon" not in store
    store.set("newer", CacheEntry(1, 1))
    assert "late" not in store
    store.set("newest", CacheEntry(1, 1))
    assert "never" in store
    store.set("another", CacheEntry(1, 1))
    assert "never" not in store


def counted(keys: int) -> tuple[FrequencyGhost, list[GhostRecord]]:
    ghost = FrequencyGhost(keys)
    known = [GhostRecord.of(str(i)) for i in range(keys)]
    for one in known:
        ghost.admit(one)
    return ghost, known


def test_the_lowest_is_found_however_many_were_raised_since() -> None:
    ghost, known = counted(40)
    for i, one in enumerate(known):
        one.uses += 1 + (i - 17) ** 2
    assert ghost.lowest().key == "17"
    ghost.remove(known[17])
    assert ghost.lowest().key == "16"


def test_a_search_for_the_lowest_puts_right_a_bounded_number() -> None:
    ghost, known = counted(10_000)
    for one in known:
        one.uses += 5
    lowest = ghost.lowest()
    moved = [one for one in known if one.uses_place != 1]
    assert lowest in moved
    assert len(moved) < 100


@pytest.mark.parametrize("policy", list(Eviction))
def test_what_was_loaded_ahead_drives_out_few(policy: Eviction) -> None:
    store = filled(policy, *(f"k{i}" for i in range(64)))
    for i in range(500):
        store.set(f"ahead{i}", CacheEntry(i, 1), ahead=True)
    assert sum(f"k{i}" in store for i in range(64)) == 60
    assert sum(f"ahead{i}" in store for i in range(500)) == 4
    assert store.get("ahead499") is not None
    assert len(store) == 64


@pytest.mark.parametrize("policy", [Eviction.LRU, Eviction.TTL])
def test_what_was_loaded_ahead_stays_among_the_others_once_it_was_asked_for(
    policy: Eviction,
) -> None:
    store = filled(policy, *(f"k{i}" for i in range(64)))
    store.set("asked for", CacheEntry(None, 1), ahead=True)
    store.get("asked for")
    for i in range(30):
        store.set(f"ahead{i}", CacheEntry(i, 1), ahead=True)
    assert "asked for" in store


def test_a_wrong_guess_gives_its_room_back() -> None:
    store = filled(Eviction.LRU, *(f"k{i}" for i in range(64)))
    store.set("guess", CacheEntry(None, 1), ahead=True)
    for i in range(200):
        store.set(f"n{i}", CacheEntry(i, 1))
    assert "guess" not in store
    assert sum(f"n{i}" in store for i in range(200)) == 64

"""What is learnt from accesses, when it leads to loads, and when that stops."""

import random
from collections.abc import Iterable

import pytest

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import EntryStore, Eviction, store_for
from engine.cache.prediction.predictor import Predictor
from engine.cache.prediction.preload_benefit import PreloadBenefit
from tests.support.caches import traces


def nothing_held(_key: str) -> bool:
    return False


def wishes(predictor: Predictor, keys: Iterable[str], pace: float = 1.0) -> list[list[str]]:
    """What each access in turn makes it wish for; a wish is never loaded."""
    made = []
    for number, key in enumerate(keys):
        made.append(predictor.observe(key, 1_000 + number * pace))
        for wish in made[-1]:
            predictor.not_loaded(wish)
    return made


class Simulation:
    """A store filled on demand and ahead."""

    def __init__(self, entries: int, policy: Eviction = Eviction.ADAPTIVE) -> None:
        self.store: EntryStore = store_for(policy, entries, entries, lambda key, _: self._lost(key))
        self.predictor = Predictor(self.store.__contains__, max_keys=4_096)
        self.hits = self.on_demand = self.ahead = 0

    def _lost(self, key: str) -> None:
        self.predictor.lost(key)

    def run(self, trace: Iterable[str], pace: float = 0.01) -> "Simulation":
        entry = CacheEntry(None, 1)
        for number, key in enumerate(trace):
            loads = self.predictor.observe(key, number * pace)
            if self.store.get(key) is None:
                self.on_demand += 1
                self.store.set(key, entry)
            else:
                self.hits += 1
            for load in loads:
                self.ahead += 1
                self.store.set(load, entry, ahead=True)
        return self

    @property
    def ratio(self) -> float:
        return self.hits / (self.hits + self.on_demand)


def test_what_follows_is_wished_for_once_it_followed_often_enough() -> None:
    predictor = Predictor(nothing_held, max_keys=100)
    made = wishes(predictor, ["a", "b", "x", "y"] * 10)
    assert made[:4] == [[]] * 4
    assert "b" in made[36]
    assert "y" in made[38]


def test_what_follows_by_chance_is_not_wished_for() -> None:
    chance = random.Random(5)
    predictor = Predictor(nothing_held, max_keys=100)
    made = wishes(predictor, [chance.choice("abcdefgh") for _ in range(2_000)])
    assert sum(map(len, made)) < 20


def test_a_key_that_comes_at_regular_times_is_wished_for_before_its_time() -> None:
    predictor = Predictor(nothing_held, max_keys=100)
    for now in range(0, 600, 60):
        assert predictor.observe("report", float(now)) == []
    expected = predictor.next_access("report")
    assert expected is not None
    at, confidence = expected
    assert at == pytest.approx(600.0)
    assert confidence > 0.7
    assert predictor.due(590.0) == []
    assert predictor.due(599.5) == ["report"]
    assert predictor.due(600.0) == []


def test_a_key_that_comes_at_odd_times_is_not_expected() -> None:
    chance = random.Random(2)
    predictor = Predictor(nothing_held, max_keys=100)
    now = 0.0
    for _ in range(200):
        now += chance.expovariate(1 / 60)
        predictor.observe("any", now)
    expected = predictor.next_access("any")
    assert expected is not None
    assert expected[1] < 0.7
    assert predictor.due(now + 1_000) == []


def test_what_the_cache_holds_is_not_wished_for() -> None:
    predictor = Predictor(lambda key: key == "b", max_keys=100)
    made = wishes(predictor, ["a", "b", "x", "y"] * 10)
    assert made[36]
    assert all("b" not in wished for wished in made)


def test_no_more_is_wished_for_than_an_access_allows() -> None:
    predictor = Predictor(nothing_held, max_keys=2_000, loads_per_access=0.25)
    made = wishes(predictor, traces.loop(6_000, 0, keys=1_000))
    assert 0 < sum(map(len, made)) <= 6_000 * 0.25 + 16


def test_memory_is_bounded_by_the_keys_it_may_know() -> None:
    predictor = Predictor(nothing_held, max_keys=50)
    wishes(predictor, (f"k{i % 400}" for i in range(4_000)))
    assert predictor.stats().keys == 50
    assert len(predictor._wanted_at) <= 50


def test_the_same_accesses_lead_to_the_same_wishes() -> None:
    trace = traces.loop_and_zipf(5_000, 3)
    first, second = (wishes(Predictor(nothing_held, max_keys=500), trace) for _ in range(2))
    assert first == second


def test_a_loop_that_does_not_fit_is_there_when_it_is_asked_for() -> None:
    trace = traces.loop(26_000, 0, keys=1_011)
    without = Simulation(512)
    without.predictor = Predictor(lambda key: True, max_keys=1)
    assert without.run(trace).ratio < 0.6
    simulation = Simulation(512).run(trace)
    assert simulation.ratio >= 0.95
    loads = (simulation.on_demand + simulation.ahead) / len(trace)
    assert loads <= without.on_demand / len(trace) + 0.1


@pytest.mark.parametrize("kind", ["zipf", "recent", "hot_set", "bursts", "phases"])
@pytest.mark.parametrize("entries", [32, 300])
def test_where_nothing_can_be_foretold_it_costs_next_to_nothing(kind: str, entries: int) -> None:
    # The frequency sketch hashes by the seed of the process, so that the ratios of two runs differ
    # by up to two points by chance alone; their means over eight traces do not.
    hits = accesses = loads = 0
    for seed in range(4, 12):
        trace = traces.KINDS[kind](5_000, seed)
        without = Simulation(entries)
        without.predictor = Predictor(lambda key: True, max_keys=1)
        without.run(trace)
        simulation = Simulation(entries).run(trace)
        hits += simulation.hits - without.hits
        loads += simulation.on_demand + simulation.ahead - without.on_demand
        accesses += len(trace)
    assert hits / accesses >= -0.01
    assert loads / accesses <= 0.03


def test_loads_in_vain_are_counted_and_switch_it_off_until_tries_succeed() -> None:
    worth = PreloadBenefit(most_waiting=8)
    for i in range(64):
        assert worth.allows()
        worth.ask(f"k{i}")
        worth.lost(f"k{i}")
    assert (worth.asked, worth.vain, worth.on) == (64, 64, False)
    tried = 0
    for i in range(32 * 16):
        if worth.allows():
            tried += 1
            worth.ask(f"n{i}")
            worth.accessed(f"n{i}")
    assert tried == 16
    assert worth.used == 16
    assert worth.on


def test_a_load_that_fails_says_nothing_about_the_guess() -> None:
    worth = PreloadBenefit(most_waiting=8)
    for i in range(200):
        worth.ask(f"k{i}")
        worth.not_loaded(f"k{i}")
    assert worth.on
    assert (worth.vain, worth.failed) == (0, 200)


def test_of_more_loads_than_may_wait_the_eldest_counts_as_vain() -> None:
    worth = PreloadBenefit(most_waiting=2)
    for key in "abc":
        worth.ask(key)
    assert worth.vain == 1
    assert "a" not in worth
    worth.accessed("a")
    assert worth.used == 0


def test_what_was_learnt_is_forgotten_when_the_cache_is_emptied() -> None:
    predictor = Predictor(nothing_held, max_keys=100)
    wishes(predictor, ["a", "b", "x", "y"] * 10)
    predictor.clear()
    assert predictor.observe("a", 2_000.0) == []
    assert predictor.stats().keys == 1

"""What Redis missed is remembered without bound in time and with one in number."""

from engine.cache.lower_level import Invalidation
from engine.cache.missed_invalidations import MissedInvalidations


def test_what_was_added_is_taken_once() -> None:
    missed = MissedInvalidations()
    assert not missed
    missed.add("a", Invalidation(keys=("1", "2")))
    missed.add("a", Invalidation(keys=("2", "3"), tags=("t",)))
    missed.add("b", Invalidation(everything=True))
    missed.add("b", Invalidation(keys=("1",)))
    taken = missed.take()
    assert set(taken["a"].keys) == {"1", "2", "3"}
    assert taken["a"].tags == ("t",)
    assert taken["b"] == Invalidation(everything=True)
    assert not missed
    assert missed.take() == {}


def test_too_much_to_remember_is_everything() -> None:
    missed = MissedInvalidations()
    for number in range(20_000):
        missed.add("a", Invalidation(keys=(f"{number}",)))
    missed.add("b", Invalidation(keys=("1",)))
    taken = missed.take()
    assert taken["a"] == Invalidation(everything=True)
    assert taken["b"].keys == ("1",)

"""The reply cache remembers for a while, and says how often it helped."""

from engine.cache.reply_cache import CAPACITY, ReplyCache
from tests.clock import ManualClock


def test_a_question_asked_again_costs_nothing() -> None:
    cache = ReplyCache(ManualClock())
    made: list[str] = []

    def make() -> str:
        made.append("answer")
        return "answer"

    assert cache.get_or_make(make, "bot", "hello") == "answer"
    assert cache.get_or_make(make, "bot", "hello") == "answer"
    assert len(made) == 1
    assert (cache.figures().hits, cache.figures().misses) == (1, 1)


def test_another_bot_or_another_question_is_another_entry() -> None:
    cache = ReplyCache(ManualClock())
    cache.get_or_make(lambda: "1", "bot", "ab")
    assert cache.get_or_make(lambda: "2", "bota", "b") == "2"
    assert cache.get_or_make(lambda: "3", "bot", "c") == "3"
    assert cache.figures().entries == 3


def test_the_hit_ratio_is_that_of_the_last_minute() -> None:
    clock = ManualClock()
    cache = ReplyCache(clock)
    assert cache.figures().hit_ratio is None
    for _ in range(4):
        cache.get_or_make(lambda: "answer", "hello")
    assert cache.figures().hit_ratio == 0.75
    clock.advance(61)
    assert cache.figures().hit_ratio is None
    cache.get_or_make(lambda: "answer", "something new")
    assert cache.figures().hit_ratio == 0


def test_it_never_holds_more_than_it_may() -> None:
    cache = ReplyCache(ManualClock())
    for number in range(CAPACITY + 100):
        cache.get_or_make(lambda: "answer", str(number))
    assert cache.figures().entries == CAPACITY

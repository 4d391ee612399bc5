"""Breaker, concurrency, account, rotation and estimates: the small parts, on a moved clock."""

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.completion import Prompt, Role, Turn
from engine.replies.providers.dispatch.rotation import Rotation
from engine.replies.providers.limits.account import LONGEST_REST, ProviderAccount
from engine.replies.providers.limits.breaker import (
    FAILURES_IN_A_ROW,
    FIRST_PAUSE,
    Breaker,
    BreakerState,
)
from engine.replies.providers.limits.concurrency import ConcurrencyLimit
from engine.replies.providers.limits.tokens import prompt_tokens
from engine.replies.providers.retry_after import retry_after
from tests.support.clock import ManualClock
from tests.support.servers.gateways import provider


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def account(clock: ManualClock, **fields: Any) -> ProviderAccount:
    return ProviderAccount(
        [provider("one", **dict[str, Any](min_interval=0, retry_delay=10) | fields)], clock
    )


class TestBreaker:
    def test_half_of_the_calls_failing_opens_it_though_never_five_in_a_row(
        self, clock: ManualClock
    ) -> None:
        breaker = Breaker(clock)
        for number in range(10):
            assert breaker.state is BreakerState.CLOSED
            epoch = breaker.begin()
            breaker.fail(epoch) if number % 2 else breaker.succeed(epoch)
        assert breaker.state is BreakerState.OPEN

    def test_a_failed_probe_doubles_the_pause_and_a_closing_forgets_that(
        self, clock: ManualClock
    ) -> None:
        breaker = Breaker(clock)
        breaker.trip()
        for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE):
            assert breaker.pause() == pause
            clock.advance(pause)
            breaker.fail(breaker.begin())
        clock.advance(breaker.pause())
        for _ in range(2):
            breaker.succeed(breaker.begin())
        assert breaker.state is BreakerState.CLOSED
        breaker.trip()
        assert breaker.pause() == FIRST_PAUSE

    def test_calls_from_before_it_opened_have_no_say_afterwards(self, clock: ManualClock) -> None:
        breaker = Breaker(clock)
        early = [breaker.begin() for _ in range(FAILURES_IN_A_ROW + 3)]
        for epoch in early[:FAILURES_IN_A_ROW]:
            breaker.fail(epoch)
        clock.advance(FIRST_PAUSE)
        breaker.succeed(early[-1])
        breaker.fail(early[-2])
        breaker.abandon(early[-3])
        assert breaker.state is BreakerState.HALF_OPEN
        assert not breaker.is_full

    def test_an_abandoned_probe_makes_room_for_the_next(self, clock: ManualClock) -> None:
        breaker = Breaker(clock)
        breaker.trip()
        clock.advance(FIRST_PAUSE)
        probe = breaker.begin()
        assert breaker.is_full
        breaker.abandon(probe)
        assert not breaker.is_full


class TestConcurrency:
    def test_it_grows_by_one_a_round_while_it_is_reached_and_not_beyond_its_bound(self) -> None:
        limit = ConcurrencyLimit(most=6)
        limits = []
        for _ in range(5):
            limits.append(limit.limit)
            for _ in range(limit.limit + 1):
                limit.succeed(in_flight=limit.limit)
        assert limits == [4, 5, 6, 6, 6]

    def test_it_does_not_grow_while_it_is_not_reached(self) -> None:
        limit = ConcurrencyLimit(most=100)
        for _ in range(1000):
            limit.succeed(in_flight=3)
        assert limit.limit == 4

    def test_calls_that_found_the_same_overload_halve_it_once_and_it_never_ends_below_one(
        self,
    ) -> None:
        limit = ConcurrencyLimit(most=100)
        for _ in range(4):
            limit.overload(began=1.0, now=2.0)
        assert limit.limit == 2
        for began in (3.0, 5.0, 7.0):
            limit.overload(began, now=began + 1)
        assert limit.limit == 1


class TestAccount:
    def test_calls_keep_the_interval(self, clock: ManualClock) -> None:
        one = account(clock, min_interval=5)
        assert one.pause(1) <= 0
        one.begin(1)
        assert one.pause(1) == 5
        clock.advance(5)
        assert one.pause(1) <= 0

    def test_no_minute_has_more_calls_than_allowed(self, clock: ManualClock) -> None:
        one = account(clock, requests_per_minute=3)
        starts: list[float] = []
        while len(starts) < 10:
            if one.pause(1) <= 0:
                one.begin(1)
                starts.append(clock.now())
            else:
                clock.advance(one.pause(1))
        assert all(late - early >= 60 for early, late in zip(starts, starts[3:], strict=False))

    def test_tokens_a_minute_are_kept_and_a_call_above_them_still_has_its_turn(
        self, clock: ManualClock
    ) -> None:
        one = account(clock, tokens_per_minute=600)
        one.begin(600)
        assert one.pause(100) == pytest.approx(10)
        assert one.pause(5000) == pytest.approx(60)
        clock.advance(60)
        assert one.pause(5000) <= 0

    def test_rests_double_with_every_failure_in_a_row_and_a_success_ends_that(
        self, clock: ManualClock
    ) -> None:
        one = account(clock)
        rests = []
        for _ in range(3):
            one.fail(began=clock.monotonic())
            rests.append(one.rests_for)
            clock.advance(one.rests_for + 1)
        one.succeed()
        one.fail(began=clock.monotonic())
        assert [*rests, one.rests_for] == [10, 20, 40, 10]

    def test_calls_that_failed_together_count_as_one_failure(self, clock: ManualClock) -> None:
        one = account(clock)
        began = clock.monotonic()
        clock.advance(1)
        for _ in range(8):
            one.fail(began)
        assert one.rests_for == 10

    def test_it_waits_as_long_as_it_is_asked_to_within_reason(self, clock: ManualClock) -> None:
        one = account(clock)
        one.fail(clock.monotonic(), retry_after=3)
        assert one.rests_for == 3
        clock.advance(4)
        one.fail(clock.monotonic(), retry_after=3)  # 3 s proved too short
        assert one.rests_for == 20
        clock.advance(21)
        one.fail(clock.monotonic(), retry_after=1e9)
        assert one.rests_for == LONGEST_REST

    def test_the_strictest_limits_hold_for_all_models_of_an_account(
        self, clock: ManualClock
    ) -> None:
        models = [
            provider("a", min_interval=1, requests_per_minute=0),
            provider("b", min_interval=7, requests_per_minute=1),
        ]
        one = ProviderAccount(models, clock)
        one.begin(1)
        clock.advance(7)
        assert one.pause(1) == 53


def test_turns_are_shared_by_weight_and_evenly_spread() -> None:
    rotation = Rotation({"a": 5, "b": 1, "c": 1})
    turns = [rotation.choose("abc") for _ in range(70)]
    assert Counter(turns) == {"a": 50, "b": 10, "c": 10}
    assert all("b" in turns[start : start + 7] for start in range(0, 70, 7))


def test_who_is_left_shares_the_turns_of_who_is_not_there() -> None:
    rotation = Rotation({"a": 8, "b": 3, "c": 1})
    assert Counter(rotation.choose("bc") for _ in range(40)) == {"b": 30, "c": 10}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("Sun, 22 Nov 2026 09:00:10 GMT", 10.0),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0.0),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("1e400", None),
        ("", None),
        ("Sun, 22 Nov 0001 09:00:10 GMT", 0.0),
        ("Sun, 99 Nov 9999 99:99:99 GMT", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=1_795_338_000.0) == seconds


@given(st.text(max_size=200))
def test_estimates_grow_with_the_text_and_count_each_turn(text: str) -> None:
    def estimate(*texts: str) -> int:
        return prompt_tokens(Prompt(tuple(Turn(Role.USER, one) for one in texts)))

    assert estimate(text) >= math.ceil(len(text.encode()) / 2)
    assert estimate(text, text) > estimate(text) > 0

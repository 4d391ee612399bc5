"""What happened in the last minute, against the plain way of counting it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.telemetry.last_minute import Quantiles, Rate

events = st.lists(st.tuples(st.integers(0, 40), st.floats(0.02, 1e5)), max_size=60)


@given(events)
def test_a_rate_counts_what_lies_within_sixty_seconds(steps: list[tuple[int, float]]) -> None:
    rate, times, now = Rate(), [], 1000
    for pause, _value in steps:
        now += pause
        rate.add(now)
        times.append(now)
    assert rate.total == sum(time > now - 60 for time in times)


@given(events)
def test_a_quantile_is_within_a_bucket_of_the_true_one(steps: list[tuple[int, float]]) -> None:
    quantiles, values, now = Quantiles(), [], 1000
    for pause, value in steps:
        now += pause
        quantiles.add(now, value)
        values.append((now, value))
    recent = sorted(value for time, value in values if time > now - 60)
    for fraction, found in zip((0.5, 0.95), quantiles.at(0.5, 0.95), strict=True):
        if not recent:
            assert found is None
        else:
            true = recent[max(0, math.ceil(fraction * len(recent)) - 1)]
            assert found is not None
            assert abs(found - true) / true < 0.026


def test_nothing_is_left_after_a_long_silence() -> None:
    rate, quantiles = Rate(), Quantiles()
    rate.add(5)
    quantiles.add(5, 10.0)
    rate.advance(5000)
    quantiles.advance(5000)
    assert rate.total == 0
    assert quantiles.at(0.5) == (None,)

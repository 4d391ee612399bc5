"""The charts' arithmetic: nothing is lost in thinning, axes are round, times are round."""

import math
import random
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.charts.decimation import bucket_width, decimate
from desktop.charts.scale import round_ceiling, steady_ceiling
from desktop.charts.time_ticks import time_ticks

VALUES = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan)), min_size=1, max_size=400)


def known(values: Iterable[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


@given(VALUES, st.integers(0, 10_000), st.integers(1, 300))
def test_thinning_keeps_every_extreme_and_fits_the_pixels(
    values: list[float], first: int, columns: int
) -> None:
    points = decimate(values, first, bucket_width(len(values), columns))
    positions = [position for position, _value in points]
    assert len(points) <= max(2 * columns + 4, 2 * len(values))
    assert positions == sorted(positions)
    assert positions[0] >= 0
    assert positions[-1] <= len(values) - 1
    given, kept = known(values), known(value for _position, value in points)
    assert bool(given) == bool(kept)
    if given:
        assert (min(given), max(given)) == (min(kept), max(kept))


def test_a_gap_stays_a_gap() -> None:
    values = [math.nan if 1000 <= number < 2000 else math.sin(number) for number in range(3000)]
    points = decimate(values, 0, bucket_width(3000, 300))
    inside = [value for position, value in points if 1010 < position < 1990]
    assert inside
    assert known(inside) == []
    outside = [value for position, value in points if position < 980]
    assert known(outside) == outside


def test_a_curve_that_moves_on_does_not_shimmer() -> None:
    chance = random.Random(1)
    row = [chance.random() for _ in range(3100)]
    old = [value for _position, value in decimate(row[:3000], 0, bucket_width(3000, 300))]
    new = [value for _position, value in decimate(row[1:3001], 1, bucket_width(3000, 300))]
    assert old[2:598] == new[2:598]


@given(st.floats(1e-3, 1e12))
def test_a_ceiling_is_round_and_close(value: float) -> None:
    ceiling = round_ceiling(value)
    assert value * (1 - 1e-6) <= ceiling <= value * 2
    assert float(f"{ceiling:.1e}") == pytest.approx(ceiling)


def test_a_ceiling_stays_while_the_values_fit_and_fill_it() -> None:
    ceiling = steady_ceiling(1.0, 180)
    assert ceiling == 200
    assert steady_ceiling(ceiling, 199) == 200
    assert steady_ceiling(ceiling, 70) == 200
    assert steady_ceiling(ceiling, 201) > 200
    assert steady_ceiling(ceiling, 60) < 100


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/New_York"])
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the clocks change six days before the test's moment, and where they do not."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("span", [900, 3 * 3600, 86400, 31 * 86400])
def test_times_are_round_few_and_all_different(span: int) -> None:
    end = time.mktime((2026, 3, 14, 15, 9, 26, 0, 0, 0))
    ticks = time_ticks(end - span, end, 6)
    assert 3 <= len(ticks) <= 7
    assert len({label for _at, label in ticks}) == len(ticks)
    for at, _label in ticks:
        assert end - span <= at <= end
        moment = time.localtime(at)
        assert moment.tm_sec == 0
        if span > 86400:
            assert (moment.tm_hour, moment.tm_min) == (0, 0)

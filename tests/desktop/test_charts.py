"""The charts' arithmetic: nothing is lost in thinning, axes are round, times are round."""

import math
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.charts.decimation import decimate
from desktop.charts.scale import round_ceiling, steady_ceiling
from desktop.charts.time_ticks import time_ticks

VALUES = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan)), min_size=1, max_size=400).map(
    np.array
)


@given(VALUES, st.integers(0, 10_000), st.integers(1, 300))
def test_thinning_keeps_every_extreme_and_fits_the_pixels(
    values: np.ndarray, first: int, columns: int
) -> None:
    positions, points = decimate(values, first, columns)
    assert len(positions) == len(points) <= max(2 * columns + 4, 2 * len(values))
    assert np.all(np.diff(positions) >= 0)
    assert positions[0] >= 0
    assert positions[-1] <= len(values) - 1
    if np.isfinite(values).any():
        assert np.nanmin(points) == np.nanmin(values)
        assert np.nanmax(points) == np.nanmax(values)
    else:
        assert not np.isfinite(points).any()


def test_a_gap_stays_a_gap() -> None:
    values = np.sin(np.arange(3000.0))
    values[1000:2000] = math.nan
    positions, points = decimate(values, 0, 300)
    inside = (positions > 1010) & (positions < 1990)
    assert inside.any()
    assert np.isnan(points[inside]).all()
    assert np.isfinite(points[~inside & (positions < 980)]).all()


def test_a_curve_that_moves_on_does_not_shimmer() -> None:
    row = np.random.default_rng(1).random(3100)
    _old_at, old = decimate(row[:3000], 0, 300)
    _new_at, new = decimate(row[1:3001], 1, 300)
    assert np.array_equal(old[2:598], new[2:598])


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

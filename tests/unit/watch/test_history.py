"""The rings against a naive model that keeps everything."""

import math
from collections.abc import Callable
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine.watch.history
from engine.watch.history import CAPACITY, History, Resolution, Ring, Series

START = 1_700_000_123

# Of steps so even that their sums are exact, in whichever way Python's release adds.
values = st.integers(-(10**12), 10**12).map(lambda steps: steps / 1024) | st.just(math.nan)
steps = st.integers(1, 3) | st.integers(1, 2000) | st.just(10 * 86_400)


def same(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or one == pytest.approx(other)


def mean(seconds: list[float]) -> float:
    known = [value for value in seconds if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


class Model:
    """Every second kept for ever; each question answered by walking over all of them."""

    def __init__(self) -> None:
        self.seconds: dict[int, float] = {}

    def points(self, resolution: int) -> list[float]:
        first, last = min(self.seconds), max(self.seconds)
        buckets: dict[int, list[float]] = {}
        for second, value in self.seconds.items():
            buckets.setdefault(second // resolution, []).append(value)
        complete = range(first // resolution, (last + 1) // resolution)
        newest = complete[-CAPACITY[Resolution(resolution)] :]
        return [mean(buckets.get(bucket, [])) for bucket in newest]


@given(st.lists(st.tuples(steps, values), min_size=1, max_size=120), st.integers(0, 900))
def test_every_ring_holds_what_the_naive_model_holds(
    moves: list[tuple[int, float]], shift: int
) -> None:
    history, model = History(), Model()
    for second, (_step, value) in zip(
        accumulate((step for step, _ in moves), initial=START + shift), moves, strict=False
    ):
        history.record(second + 0.4, [(Series.RSS, value)])
        model.seconds[second] = value
    for resolution in Resolution:
        expected = model.points(resolution)
        found = history.newest(Series.RSS, resolution, CAPACITY[resolution])
        assert len(found) == len(expected)
        assert all(map(same, found, expected))
    assert history.newest_at == max(model.seconds)


@given(
    st.integers(1, 9),
    st.lists(st.floats(allow_nan=False) | st.integers(0, 25), max_size=40),
    st.integers(-1, 12),
)
def test_a_ring_holds_the_newest_values(
    capacity: int, actions: list[float | int], count: int
) -> None:
    ring, kept = Ring(capacity), list[float]()
    for action in actions:
        if isinstance(action, int):
            ring.skip(action)
            kept += [math.nan] * action
        else:
            ring.append(action)
            kept.append(action)
    kept = kept[-capacity:]
    assert len(ring) == len(kept)
    found = ring.newest(count)
    expected = kept[-count:] if count > 0 else []
    assert len(found) == len(expected)
    assert all(map(same, found, expected))


def test_what_is_handed_out_is_a_copy() -> None:
    ring = Ring(3)
    ring.append(1.0)
    ring.newest(3)[0] = 9.0
    assert list(ring.newest(3)) == [1.0]


@pytest.mark.parametrize("back", [0, 1, 10])
def test_a_second_seen_before_is_ignored(back: int) -> None:
    history = History()
    history.record(START, [(Series.RSS, 1.0)])
    history.record(START - back, [(Series.RSS, 2.0)])
    assert list(history.newest(Series.RSS, Resolution.SECOND, 9)) == [1.0]
    assert history.newest_at == START


def test_a_clock_set_back_does_not_stop_the_row() -> None:
    history = History()
    history.record(START, [(Series.RSS, 1.0)])
    history.record(START - 300, [(Series.RSS, 2.0)])
    history.record(START - 299, [(Series.RSS, 3.0)])
    assert list(history.newest(Series.RSS, Resolution.SECOND, 9)) == [1.0, 2.0, 3.0]
    assert history.newest_at == START - 299


def test_a_series_left_out_of_a_tick_is_a_gap_in_it() -> None:
    history = History()
    history.record(START, [(Series.RSS, 1.0)])
    (gap,) = history.newest(Series.LAG_MS, Resolution.SECOND, 9)
    assert math.isnan(gap)


def test_years_of_sleep_leave_only_gaps_behind() -> None:
    history = History()
    history.record(0, [(Series.RSS, 1.0)])
    history.record(START, [(Series.RSS, 2.0)])
    *gaps, newest = history.newest(Series.RSS, Resolution.SECOND, 900)
    assert newest == 2.0
    assert len(gaps) == 899
    assert all(map(math.isnan, gaps))


def test_recording_needs_no_more_memory_after_a_month_than_after_a_moment(
    traced: Callable[[Callable[[], None]], int],
) -> None:
    history = History()
    for second in range(2000):
        history.record(START + second, [(Series.RSS, 1.0)])
    history.record(START + 40 * 86_400, [(Series.RSS, 1.0)])

    def go_on() -> None:
        for second in range(1, 2000):
            history.record(START + 40 * 86_400 + second, [(Series.RSS, float(second))])

    assert traced(go_on) < 4096


@pytest.fixture
def traced() -> Callable[[Callable[[], None]], int]:
    """Bytes that a call leaves allocated by the history; other threads allocate as they like."""
    import tracemalloc  # noqa: PLC0415 - only here

    ours = tracemalloc.Filter(True, engine.watch.history.__file__)

    def measure(call: Callable[[], None]) -> int:
        tracemalloc.start()
        try:
            call()
            left = tracemalloc.take_snapshot().filter_traces([ours])
        finally:
            tracemalloc.stop()
        return sum(trace.size for trace in left.traces)

    return measure


@given(st.lists(st.tuples(st.integers(1, 12), values), min_size=1, max_size=120))
def test_values_that_stand_for_several_seconds_fill_them_and_nothing_further(
    moves: list[tuple[int, float]],
) -> None:
    history, model = History(), Model()
    at = START
    for number, (step, value) in enumerate(moves):
        at += step
        history.record(at + 0.4, [(Series.RSS, value)], seconds=5)
        for second in range(at - min(step, 5) + 1 if number else at, at + 1):
            model.seconds[second] = value
    for resolution in Resolution:
        expected = model.points(resolution)
        found = history.newest(Series.RSS, resolution, CAPACITY[resolution])
        assert len(found) == len(expected)
        assert all(map(same, found, expected))

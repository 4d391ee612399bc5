"""A sliding window lets through as many as it should, and forgets who is idle."""

from hypothesis import given
from hypothesis import strategies as st

from engine.bots.limits.sliding_window import SlidingWindows
from tests.support.clock import ManualClock


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 5))
def test_never_more_than_the_maximum_within_any_span(gaps: list[float], maximum: int) -> None:
    clock = ManualClock(0.0)
    windows: SlidingWindows[str] = SlidingWindows(maximum, 60.0, clock)
    times = []
    for gap in gaps:
        clock.advance(gap)
        clock.advance(max(0.0, windows.pause("a")))
        windows.add("a")
        times.append(clock.monotonic())
    for first, later in zip(times, times[maximum:], strict=False):
        assert later - first >= 60.0 - 1e-9
    # and no later than it must be
    latest = [sum(gaps[: n + 1]) + 60.0 * n + 1e-9 for n in range(len(times))]
    waited = [time for time, most in zip(times, latest, strict=True) if time > most]
    assert waited == []


def test_a_key_does_not_wait_for_another() -> None:
    windows: SlidingWindows[str] = SlidingWindows(1, 60.0, ManualClock())
    windows.add("a")
    assert windows.pause("a") == 60.0
    assert windows.pause("b") <= 0


def test_idle_keys_are_forgotten() -> None:
    clock = ManualClock()
    windows: SlidingWindows[int] = SlidingWindows(1, 1.0, clock)
    for key in range(10_000):
        windows.add(key)
        clock.advance(0.01)
    assert len(windows) <= 101


def test_what_is_told_late_counts_from_when_it_happened() -> None:
    clock = ManualClock()
    windows: SlidingWindows[str] = SlidingWindows(2, 60.0, clock)
    windows.add("a", clock.monotonic() - 10)
    windows.add("a", clock.monotonic() - 50)
    assert windows.pause("a") == 10.0

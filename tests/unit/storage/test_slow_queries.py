"""Slow queries are logged once a shape and minute, however many there are."""

import pytest

from engine.storage.database.slow_queries import SlowQueries
from tests.support.clock import ManualClock


def test_a_thousand_slow_queries_are_one_line_a_shape_and_minute_with_a_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    slow = SlowQueries(clock)
    for _ in range(120):
        for n in range(10):
            slow.add(f"SELECT  {n % 2}", 0.2 + n / 100)
        clock.advance(1)
    slow.tell()
    lines = [record.getMessage() for record in caplog.records]
    assert sorted(lines) == [
        "slow query, 200 ms: SELECT 0",
        "slow query, 210 ms: SELECT 1",
        "slow query, 299 more within a minute, 280 ms at the most: SELECT 0",
        "slow query, 299 more within a minute, 290 ms at the most: SELECT 1",
        "slow query, 300 more within a minute, 280 ms at the most: SELECT 0",
        "slow query, 300 more within a minute, 290 ms at the most: SELECT 1",
    ]
    caplog.clear()
    for _ in range(3):
        clock.advance(60)
        slow.tell()
    assert caplog.records == []


def test_shapes_without_end_are_bounded(caplog: pytest.LogCaptureFixture) -> None:
    slow = SlowQueries(ManualClock())
    for n in range(1_000):
        slow.add(f"SELECT {n}", 0.2)
    assert len(caplog.records) == 51

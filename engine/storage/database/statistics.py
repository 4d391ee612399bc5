"""Measures the database: queries, their times, slow ones, group commits and connections."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from engine.clock import Clock
from engine.storage.database.slow_queries import SlowQueries
from engine.telemetry.last_minute import Quantiles

SLOW = 0.1  # s


class DatabaseStatus(enum.StrEnum):
    """The state of the database in one word."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"  # it answers, but one query in twenty is slow
    DOWN = "down"  # it cannot be used


@dataclass(frozen=True, slots=True)
class Connections:
    """Connections of the pool; SQLite has one that writes and one that reads."""

    size: int  # maximum that stays open
    open: int
    in_use: int
    overflow: int  # open beyond `size`
    waiting: int = 0  # callers

    @property
    def idle(self) -> int:
        """The open connections that are not in use."""
        return self.open - self.in_use


@dataclass(frozen=True, slots=True)
class DatabaseStatistics:
    """Counts since the database was opened; times in milliseconds over the last minute."""

    backend: str
    status: DatabaseStatus
    connections: Connections
    total_queries: int
    slow_queries: int
    failed_queries: int
    query_p50_ms: float | None
    query_p95_ms: float | None
    query_p99_ms: float | None
    commits: int
    rows_written: int
    writes_waiting: int


class QueryTimes:
    """Counts every read and commit, and logs slow ones without their values."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._times = Quantiles()
        self._slow_ones = SlowQueries(clock)
        self.total = 0
        self.slow = 0
        self.failed = 0
        self.commits = 0
        self.rows_written = 0

    def add(self, seconds: float, what: Callable[[], str]) -> None:
        """Add a duration; `what` is called only for a slow one: formatting SQL is expensive."""
        self.total += 1
        self._times.add(self._clock.monotonic(), seconds * 1000)
        if seconds > SLOW:
            self.slow += 1
            self._slow_ones.add(what(), seconds)

    def quantiles_ms(self) -> tuple[float | None, ...]:
        """Return the quantiles 0.5, 0.95 and 0.99; None without a query in the last minute."""
        self._slow_ones.tell()
        self._times.advance(self._clock.monotonic())
        return self._times.at(0.5, 0.95, 0.99)

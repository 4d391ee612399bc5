"""What is known of one cache at one moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """One cache's counters since the engine started, and its hit ratio over the last minute."""

    name: str
    entries: int = 0
    capacity: int = 0  # most entries it may hold
    hits: int = 0
    misses: int = 0
    hit_ratio: float | None = None  # 0 to 1 over the last 60 s; None: nobody asked

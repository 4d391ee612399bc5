"""Describes the result of a garbage collection."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collection:
    """Objects as blocks of Python's allocator; memory as the system reports it, in bytes."""

    objects_before: int
    objects_after: int
    unreachable: int  # objects the collector found in dead cycles
    rss_before: int
    rss_after: int
    seconds: float

    @property
    def rss_freed(self) -> int:
        """Bytes returned to the system; negative if the process grew meanwhile."""
        return self.rss_before - self.rss_after

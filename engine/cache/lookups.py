"""Computes hit ratios, for every kind of look-up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lookups:
    """The number of lookups that found something, and of those that did not."""

    hits: int = 0
    misses: int = 0

    @property
    def hit_ratio(self) -> float | None:
        """The share of hits, 0 to 1; None without lookups."""
        lookups = self.hits + self.misses
        return self.hits / lookups if lookups else None

    def __add__(self, other: "Lookups") -> "Lookups":
        return Lookups(self.hits + other.hits, self.misses + other.misses)

    def __sub__(self, other: "Lookups") -> "Lookups":
        return Lookups(self.hits - other.hits, self.misses - other.misses)

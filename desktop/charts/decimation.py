"""Reduces a long series to what its pixels can show, keeping every peak and every gap."""

import math
from collections.abc import Sequence

Points = list[tuple[float, float]]
"""(position in samples, value); a value of NaN is a gap."""


def bucket_width(count: int, columns: int) -> int:
    """Return how many of `count` samples share a column of pixels."""
    return -(-count // max(1, columns))


def decimate(values: Sequence[float], first_index: int, width: int) -> Points:
    """Return the least and greatest value of each bucket of `width` samples.

    `values` are evenly spaced, and positions count from the first of them. Buckets are aligned to
    the absolute index (`first_index` is that of the first value), so a moving curve does not
    shimmer. NaN is a gap: a bucket without any value stays NaN.
    """
    count = len(values)
    if width <= 2:
        return [(float(position), value) for position, value in enumerate(values)]
    points: Points = []
    last = count - 1
    for start in range(-(first_index % width), count, width):
        low, high = _extremes(values[max(0, start) : start + width])
        points.append((float(max(0, start)), low))
        points.append((min(max(0.0, start + width / 2), last), high))
    return points


def _extremes(values: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest of `values`, gaps left out."""
    if math.isnan(sum(values)):
        values = [value for value in values if not math.isnan(value)]
        if not values:
            return math.nan, math.nan
    return min(values), max(values)

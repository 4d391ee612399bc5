"""Reduces a long row of values to one pair a pixel, without losing a peak or a gap."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def decimate(values: Floats, first_index: int, columns: int) -> tuple[Floats, Floats]:
    """Return the least and greatest value of each column of pixels, as (position, value).

    `values` are evenly spaced; positions count in samples from the first value. Columns are aligned
    to the absolute index (`first_index` is that of the first value), so a moving curve does not
    shimmer. NaN is a gap: a column without any value stays NaN.
    """
    count = len(values)
    width = -(-count // max(1, columns))
    if width <= 2:
        return np.arange(count, dtype=np.float64), values
    lead = first_index % width
    tail = -(lead + count) % width
    gap = np.nan
    table = np.pad(values, (lead, tail), constant_values=gap).reshape(-1, width)
    low, high = np.fmin.reduce(table, axis=1), np.fmax.reduce(table, axis=1)
    starts = np.arange(len(table), dtype=np.float64) * width - lead
    positions = np.empty(2 * len(table))
    positions[0::2], positions[1::2] = starts, starts + width / 2
    pairs = np.empty(2 * len(table))
    pairs[0::2], pairs[1::2] = low, high
    return np.clip(positions, 0, count - 1), pairs

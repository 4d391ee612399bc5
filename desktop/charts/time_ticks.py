"""Places round local times along a chart's time axis."""

import math
import time
from collections.abc import Iterator

from engine.wording.formatting import clock_time, day

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    *(minutes * _MINUTE for minutes in (1, 2, 3, 5, 10, 15, 20, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 4, 6, 12)),
    *(days * _DAY for days in (1, 2, 3, 5, 7, 10)),
)


def time_ticks(start: float, end: float, most: int) -> list[tuple[float, str]]:
    """Return about `most` round times in [start, end] as (seconds since the epoch, label)."""
    step = next((s for s in _STEPS if (end - start) / s <= max(1, most)), _STEPS[-1])
    if step >= _DAY:
        return [(at, day(at)) for at in _midnights(start, end, step // _DAY)]
    offset = time.localtime(end).tm_gmtoff
    first = math.ceil((start + offset) / step) * step - offset
    return [(at, clock_time(at)) for at in range(first, math.floor(end) + 1, step)]


def _midnights(start: float, end: float, days: int) -> Iterator[float]:
    """Yield the midnight of every `days`-th day in [start, end], also across clock changes."""
    local = start + time.localtime(start).tm_gmtoff
    number = math.ceil(local / (days * _DAY)) * days
    while (at := time.mktime((1970, 1, 1 + number, 0, 0, 0, 0, 0, -1))) <= end:
        yield at
        number += days

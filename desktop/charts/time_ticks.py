"""Round local times along a chart's time axis."""

import math
import time

from desktop.formatting import clock_time, day

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    *(minutes * _MINUTE for minutes in (1, 2, 3, 5, 10, 15, 20, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 4, 6, 12)),
    *(days * _DAY for days in (1, 2, 3, 5, 7, 10)),
)


def time_ticks(start: float, end: float, most: int) -> list[tuple[float, str]]:
    """At most about `most` round moments in [start, end], as (seconds since the epoch, label)."""
    step = next((s for s in _STEPS if (end - start) / s <= max(1, most)), _STEPS[-1])
    offset = time.localtime(end).tm_gmtoff
    first = math.ceil((start + offset) / step) * step - offset
    label = day if step >= _DAY else clock_time
    return [(at, label(at)) for at in range(first, math.floor(end) + 1, step)]

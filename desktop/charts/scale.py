"""Where a chart's value axis ends and what it says: round numbers, and steady ones."""

import math

_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def round_ceiling(value: float) -> float:
    """The least round number not below `value`, with at most two digits; 1 for 0 and less."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def steady_ceiling(current: float, value: float, headroom: float = 1.1) -> float:
    """The ceiling for `value`: as it is while `value` fits in it and fills a third of it."""
    if current / 3 <= value <= current:
        return current
    return round_ceiling(value * headroom)

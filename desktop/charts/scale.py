"""Chooses round, steady ends for a chart's value axis."""

import math

_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def round_ceiling(value: float) -> float:
    """Return the least round number of at most two digits not below `value`; 1 for 0 and less."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def steady_ceiling(current: float, value: float, headroom: float = 1.1) -> float:
    """Return the ceiling for `value`; keep it while `value` fits and fills a third of it."""
    if current / 3 <= value <= current:
        return current
    return round_ceiling(value * headroom)

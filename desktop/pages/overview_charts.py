"""The charts of the overview, from top to bottom: one function and one line each.

What they draw is recorded by `engine.assembly.watching` as a `Series`.
"""

from collections.abc import Callable
from typing import Final

from desktop.charts.trace import ChartPlan, Trace
from engine.language import _, number
from engine.watch.history import Series
from engine.wording.formatting import mebibytes, percent

_MIB = 1 << 20


def _memory() -> ChartPlan:
    def in_mebibytes(value: float) -> str:
        return str(mebibytes(value * _MIB))

    return ChartPlan(
        _("Memory"),
        (Trace(Series.RSS, _("RSS"), "accent", 1 / _MIB, in_mebibytes),),
        least_ceiling=50,
        tick=number,
        top_tick=lambda value: str(mebibytes(value * _MIB, 0)),
        threshold=lambda thresholds: thresholds.memory / _MIB,
    )


def _cpu() -> ChartPlan:
    return ChartPlan(
        _("CPU"),
        (
            Trace(Series.PROCESS_CPU, _("process"), "accent", 1, percent),
            Trace(Series.SYSTEM_CPU, _("system"), "quiet", 1, percent),
        ),
        least_ceiling=100,
        tick=number,
        top_tick=_in_percent,
        threshold=lambda thresholds: float(thresholds.cpu_percent),
        steady=True,
    )


def _cache() -> ChartPlan:
    return ChartPlan(
        _("Cache"),
        (
            Trace(Series.HIT_RATIO, _("hit ratio"), "accent", 100, _in_percent),
            Trace(Series.CACHE_ENTRIES, _("entries"), "quiet", 1, number, on_right=True),
        ),
        least_ceiling=100,
        tick=number,
        top_tick=_in_percent,
        steady=True,
    )


def _in_percent(value: float) -> str:
    return percent(value, 0)


CHARTS: Final[tuple[Callable[[], ChartPlan], ...]] = (
    _memory,
    _cpu,
    _cache,
)

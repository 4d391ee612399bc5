"""What a chart shows: its curves, their scales and their words; no drawing here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.watch.history import Series
from engine.watch.observation import Thresholds

Ink = Literal["accent", "quiet"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One curve; `factor` turns the history's unit into the axis's."""

    series: Series
    name: str
    ink: Ink
    factor: float
    say: Callable[[float], str]  # a value in the axis's unit, with that unit
    on_right: bool = False  # has the right axis to itself


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """One chart; the threshold is in the axis's unit."""

    title: str
    traces: tuple[Trace, ...]
    least_ceiling: float  # the value axis never ends below this
    tick: Callable[[float], str]  # a tick of the value axis, without its unit
    top_tick: Callable[[float], str]  # the topmost one, with it
    threshold: Callable[[Thresholds], float] | None = None
    steady: bool = False  # the axis ends at multiples of `least_ceiling` only

"""Describes a chart: its curves, their scales and texts; draws nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.watch.history import Series
from engine.watch.sample import Thresholds

Ink = Literal["accent", "quiet"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One curve; `factor` converts the history's unit into the axis's."""

    series: Series
    name: str
    ink: Ink
    factor: float
    say: Callable[[float], str]  # formats a value in the axis's unit, with that unit
    on_right: bool = False  # uses the right axis alone


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """One chart; the threshold is in the axis's unit."""

    title: str
    traces: tuple[Trace, ...]
    least_ceiling: float  # the value axis never ends below it
    tick: Callable[[float], str]  # formats a tick of the value axis, without the unit
    top_tick: Callable[[float], str]  # formats the topmost tick, with the unit
    threshold: Callable[[Thresholds], float] | None = None
    steady: bool = False  # the axis ends only at multiples of `least_ceiling`

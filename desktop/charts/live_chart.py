"""Shows one chart as a card: title, present and highest value, curves, value under the pointer.

The frame exists at once; `furnish` adds the curves.
"""

import math
from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from desktop.charts.legend import Legend, LegendEntry
from desktop.charts.scale import round_ceiling, steady_ceiling
from desktop.charts.time_ticks import time_ticks
from desktop.charts.trace import ChartPlan, Trace
from desktop.link import Link
from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font, strong_font
from engine.language import _
from engine.watch.history import CAPACITY, Resolution
from engine.watch.sample import Thresholds
from engine.wording.formatting import NO_VALUE, clock_seconds, clock_time, day, duration

if TYPE_CHECKING:
    from desktop.charts.plot import Plot

_TITLE_WIDTH = 88
_LEAST_STRIDE = 2.0  # s
_LABEL_EVERY = 110  # pixels a time label has


class LiveChart(Card):
    """Redraws only when the curves have moved by pixels and somebody can see it."""

    def __init__(self, theme: Theme, plan: ChartPlan, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.plan = plan
        self.plot: Plot | None = None
        self._drawn: tuple[Resolution, int, float | None] | None = None
        self._values: list[array[float]] = []  # in the history's unit
        self._highest: list[float] = []
        self._now: list[float] = []
        self._end = 0.0
        self._columns = 1
        self._resolution = Resolution.SECOND
        self._span = _span_for(self._resolution, 0)
        self._ceiling = plan.least_ceiling
        self._right_ceiling = 1.0
        self._pointed: float | None = None  # seconds before the newest point, negative
        title = Text(theme, strong_font())
        title.say(plan.title)
        needed = QFontMetrics(title.font()).horizontalAdvance(plan.title)
        title.setFixedWidth(max(_TITLE_WIDTH, needed + GAP))
        self.legend = Legend(theme)
        self._empty = Text(theme, body_font(), "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(title)
        head.addWidget(self.legend, 1)
        self._body = QWidget()
        self._stack = QStackedLayout(self._body)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, GAP, 4, 4)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._body, 1)
        self.setMinimumHeight(100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._describe()

    def furnish(self) -> None:
        """Add the curves to the frame, without moving anything."""
        from desktop.charts.plot import Plot  # noqa: PLC0415 - the first paint comes first

        if self.plot is None:
            self.plot = Plot(self.theme, [trace.ink for trace in self.plan.traces], self.point_at)
            self._stack.addWidget(self.plot)

    def refresh(
        self, link: Link, at: float, resolution: Resolution, thresholds: Thresholds
    ) -> None:
        """Show the history up to `at`, in seconds since the epoch."""
        self._now = [self._newest(link, trace) for trace in self.plan.traces]
        end = (int(at) + 1) // resolution * float(resolution)
        if self.plot is not None:
            limit = self.plan.threshold(thresholds) if self.plan.threshold else None
            self._columns = self.plot.columns_in(self._body.width())
            wanted = (resolution, self._columns, limit)
            is_drawn = wanted == self._drawn and not self.empty_text
            if not (is_drawn and 0 <= end - self._end < self._stride()):
                self._drawn = wanted
                self._end, self._resolution = end, resolution
                self._draw(self.plot, link, limit)
        self._describe()

    def _stride(self) -> float:
        """Return the seconds until the curves have moved visibly, by enough to be worth a redraw.

        The figures beside the title change with every point.
        """
        return max(_LEAST_STRIDE, 2 * self._span / self._columns)

    def point_at(self, x: float | None) -> None:
        """Show the values at `x` seconds before the newest point; None: the newest ones."""
        self._pointed = x
        if self.plot is not None:
            self.plot.set_pointer(x)
        self._describe()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is None or self.plot is None:
            if event.key() == Qt.Key.Key_Escape and self._pointed is not None:
                self.point_at(None)
                return
            super().keyPressEvent(event)
            return
        span = self._span
        moved = (self._pointed if self._pointed is not None else 0.0) + steps * span / 60
        self.point_at(min(0.0, max(-span, moved)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.theme.colours.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
            painter.end()

    @property
    def empty_text(self) -> str:
        """The text in place of the curves; empty while there are curves."""
        return self._empty.text() if self._stack.currentWidget() is self._empty else ""

    def _newest(self, link: Link, trace: Trace) -> float:
        newest = link.history(trace.series, Resolution.SECOND, 1)
        return newest[0] * trace.factor if newest else math.nan

    def _draw(self, plot: "Plot", link: Link, limit: float | None) -> None:
        resolution, traces = self._resolution, self.plan.traces
        self._values = [
            link.history(trace.series, resolution, CAPACITY[resolution]) for trace in traces
        ]
        self._highest = [
            _highest(values) * trace.factor
            for values, trace in zip(self._values, traces, strict=True)
        ]
        self._span = _span_for(resolution, max(len(values) for values in self._values))
        if not any(map(math.isfinite, self._highest)):
            self._show_empty()
            return
        self._stack.setCurrentWidget(plot)
        self._fit(plot, limit)
        most = self._columns // _LABEL_EVERY
        ticks = time_ticks(self._end - self._span, self._end, most)
        plot.set_time(self._span, [(at - self._end, label) for at, label in ticks])
        plot.set_limit(None if limit is None else limit / self._ceiling)
        units = [
            (self._right_ceiling if trace.on_right else self._ceiling) / trace.factor
            for trace in traces
        ]
        step = float(resolution)
        plot.draw(int(self._end / step), step, self._values, units)

    def _fit(self, plot: "Plot", limit: float | None) -> None:
        """Extend the axes to every value and the threshold, rarely and in round steps."""
        plan = self.plan
        left = [v for v, t in zip(self._highest, plan.traces, strict=True) if not t.on_right]
        right = [v for v, t in zip(self._highest, plan.traces, strict=True) if t.on_right]
        top = max(limit or 0.0, *left)
        if plan.steady:
            self._ceiling = max(1, math.ceil(top / plan.least_ceiling)) * plan.least_ceiling
        else:
            self._ceiling = max(plan.least_ceiling, steady_ceiling(self._ceiling, top))
        ceiling = self._ceiling
        labels = [(0.0, plan.tick(0)), (ceiling / 2, plan.tick(ceiling / 2))]
        labels.append((ceiling, plan.top_tick(ceiling)))
        right_labels: list[tuple[float, str]] = []
        if limit is not None:
            right_labels = [(limit, _("threshold\n{value}").format(value=plan.top_tick(limit)))]
        elif right:
            trace = next(trace for trace in plan.traces if trace.on_right)
            self._right_ceiling = max(
                round_ceiling(10), steady_ceiling(self._right_ceiling, right[0])
            )
            middle = self._right_ceiling / 2
            right_labels = [(0.0, trace.say(0)), (ceiling / 2, trace.say(middle))]
            right_labels.append((ceiling, trace.say(self._right_ceiling)))
        plot.set_values(ceiling, labels, right_labels)

    def _show_empty(self) -> None:
        self._stack.setCurrentWidget(self._empty)
        span = str(duration(self._resolution))
        if self._resolution is Resolution.SECOND:
            self._empty.say(_("Waiting for the first values."))
            return
        first = clock_time(self._end + self._resolution)
        self._empty.say(
            _("One point every {span}: the first comes at {time}.").format(span=span, time=first)
        )

    def _describe(self) -> None:
        """Show the present and highest figures beside the title, or those under the pointer."""
        entries = tuple(self._entry(number, trace) for number, trace in enumerate(self.plan.traces))
        self.legend.show_entries(entries)
        words = "; ".join(f"{e.name} {e.figure} {e.note}".strip() for e in entries)
        name = f"{self.plan.title}: {words}"
        if name != self.accessibleName():
            self.setAccessibleName(name)

    def _entry(self, number: int, trace: Trace) -> LegendEntry:
        values = self._values[number] if number < len(self._values) else None
        if values is not None and self._pointed is not None:
            index = len(values) - 1 + round(self._pointed / self._resolution)
            value = values[index] * trace.factor if 0 <= index < len(values) else math.nan
            return LegendEntry(trace.ink, trace.name, _said(trace, value), self._moment())
        now = self._now[number] if number < len(self._now) else math.nan
        note = ""
        if values is not None and math.isfinite(highest := max(self._highest[number], now)):
            note = _("highest {value}").format(value=trace.say(highest))
        return LegendEntry(trace.ink, trace.name, _said(trace, now), note)

    def _moment(self) -> str:
        at = self._end + (self._pointed or 0.0)
        if self._resolution is Resolution.QUARTER:
            return _("on {day}, {time}").format(day=day(at), time=clock_time(at))
        said = clock_seconds(at) if self._resolution < Resolution.MINUTE else clock_time(at)
        return _("at {time}").format(time=said)


def _span_for(resolution: Resolution, points: int) -> float:
    """Return the seconds to show: first an eighth of the whole range, doubled as points fill it."""
    whole = float(CAPACITY[resolution] * resolution)
    span = whole / 8
    while span < min(points * resolution, whole):
        span *= 2
    return span


def _said(trace: Trace, value: float) -> str:
    return trace.say(value) if math.isfinite(value) else NO_VALUE


def _highest(values: "array[float]") -> float:
    """Return the greatest value, without gaps; minus infinity for none."""
    if not math.isnan(sum(values)):  # the usual case, and ten times as fast
        return max(values, default=-math.inf)
    return max((value for value in values if not math.isnan(value)), default=-math.inf)

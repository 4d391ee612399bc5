"""Shows the overview: tiles, the fleet in a sentence, live charts of memory, CPU and cache."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.charts.live_chart import LiveChart
from desktop.link import Link
from desktop.look.theme import Theme
from desktop.pages.bots_strip import BotsStrip
from desktop.pages.overview_charts import CHARTS
from desktop.pages.page import Page, PageContext
from desktop.widgets.range_choice import RangeChoice
from desktop.widgets.text import Text
from desktop.widgets.tile import Tile
from desktop.widgets.type_scale import GAP, strong_font
from engine.cache.stats import overall
from engine.language import _, ngettext, number
from engine.snapshot import Snapshot
from engine.watch.alert import Shown
from engine.watch.history import Resolution
from engine.wording.formatting import (
    NOTHING,
    Quantity,
    clock_time,
    duration,
    milliseconds,
    percent,
)


class Overview(Page):
    """Shows a snapshot and the history behind it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self._link: Link | None = None
        self._snapshot: Snapshot | None = None
        self.online = Tile(theme, _("Bots online"))
        self.messages = Tile(theme, _("Messages"))
        self.answers = Tile(theme, _("Answers p95"))
        self.hit_ratio = Tile(theme, _("Hit ratio"))
        self.lag = Tile(theme, _("Loop lag p99"))
        self.uptime = Tile(theme, _("Uptime"))
        self.tiles = (
            self.online,
            self.messages,
            self.answers,
            self.hit_ratio,
            self.lag,
            self.uptime,
        )
        self.bots = BotsStrip(theme, context.no_bots_hint, context.bots)
        self.range = RangeChoice()
        self.charts = tuple(LiveChart(theme, plan()) for plan in CHARTS)
        self.range.changed.connect(self._range_changed)
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        column = self.column
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, 0, place)
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)
        column.addWidget(self.bots)
        heading = Text(theme, strong_font())
        heading.say(_("Over time"))
        row = QHBoxLayout()
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(self.range)
        column.addLayout(row)
        for chart in self.charts:
            column.addWidget(chart, 1)

    def attach(self, link: Link) -> None:
        """Show this engine's history from now on."""
        self._link = link

    def show_start(self, *, failed: bool) -> None:
        """Show that the engine is starting, or did not start."""
        self.bots.show_start(failed=failed)

    def furnish(self) -> None:
        """Add the curves to the charts."""
        for chart in self.charts:
            chart.furnish()
        if self._snapshot is not None:
            self._refresh_charts(self._snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the figures of `snapshot`."""
        self._snapshot = snapshot
        wrong = {alert.kind.marks for alert in snapshot.alerts}
        self._show_fleet(snapshot, wrong)
        self._show_answers(snapshot)
        self._show_cache(snapshot)
        if snapshot.sample is not None:
            self.lag.set_figure(
                milliseconds(snapshot.lag.p99),
                _("worst {time}").format(time=milliseconds(snapshot.lag.max)),
                wrong=Shown.LOOP_LAG in wrong,
            )
            started = snapshot.at - snapshot.uptime
            self.uptime.set_figure(
                duration(snapshot.uptime),
                _("since {time}").format(time=clock_time(started, now=snapshot.at)),
            )
        self.bots.show_bots(snapshot)
        self._refresh_charts(snapshot)

    def _show_fleet(self, snapshot: Snapshot, wrong: set[Shown | None]) -> None:
        fleet = snapshot.fleet
        if fleet.total == 0:
            self.online.set_figure(NOTHING, _("none yet"))
            self.messages.set_figure(NOTHING, _("none yet"))
            return
        self.online.set_figure(
            Quantity(number(fleet.online)),
            _("of {total}").format(total=number(fleet.total)),
            wrong=Shown.BOTS_ONLINE in wrong,
        )
        self.messages.set_figure(
            Quantity(number(fleet.messages_per_minute), _("/min")),
            _("{count} in all").format(count=number(fleet.received)),
        )

    def _show_answers(self, snapshot: Snapshot) -> None:
        fleet = snapshot.fleet
        if fleet.answer_p95_ms is None or fleet.answer_p50_ms is None:
            note = _("none lately") if fleet.answered else _("none yet")
            self.answers.set_figure(NOTHING, note)
            return
        self.answers.set_figure(
            milliseconds(fleet.answer_p95_ms),
            _("p50 {time}").format(time=milliseconds(fleet.answer_p50_ms)),
        )

    def _show_cache(self, snapshot: Snapshot) -> None:
        hit_ratio, entries = overall(snapshot.caches)
        text = ngettext("{count} entry", "{count} entries", entries)
        note = text.format(count=number(entries)) if entries else _("empty")
        if hit_ratio is None:
            self.hit_ratio.set_figure(NOTHING, note)
            return
        self.hit_ratio.set_figure(Quantity(percent(hit_ratio * 100, 0)), note)

    def _range_changed(self, _resolution: Resolution) -> None:
        if self._snapshot is not None:
            self._refresh_charts(self._snapshot)

    def _refresh_charts(self, snapshot: Snapshot) -> None:
        if self._link is None:
            return
        at = snapshot.sample.at if snapshot.sample else snapshot.at
        for chart in self.charts:
            chart.refresh(self._link, at, self.range.resolution, snapshot.thresholds)

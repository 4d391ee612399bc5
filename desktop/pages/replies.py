"""Shows the replies: sources of answers, providers, caches, and unprompted messages."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.look.theme import Theme
from desktop.models.figures_model import Column
from desktop.pages.page import Page, PageContext
from desktop.widgets.figure_rows import Figure
from desktop.widgets.figures_card import FiguresCard
from desktop.widgets.figures_table import FiguresTable
from desktop.widgets.text import Ink, Text
from desktop.widgets.tile import Tile
from desktop.widgets.type_scale import GAP, strong_font
from engine.gates import Gate
from engine.language import _, ngettext, number
from engine.replies.providers.failure import Failure
from engine.replies.providers.stats import CompletionStats
from engine.replies.stats import Source
from engine.snapshot import Snapshot
from engine.wording.answers import source_word, static_reason_word
from engine.wording.bots import privacy_mode_sentence
from engine.wording.caches import cache_row
from engine.wording.formatting import NOTHING, Quantity, compact, cost, percent
from engine.wording.providers import provider_row

_INKS: dict[Source, Ink] = {Source.GENERATED: "accent", Source.STATIC: "degraded"}


class Replies(Page):
    """Shows a snapshot; uses no history."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self.answers = Tile(theme, _("Answers"))
        self.hit_ratio = Tile(theme, _("From the cache"))
        self.calls = Tile(theme, _("LLM calls"))
        self.refused = Tile(theme, _("429s"))
        self.tokens = Tile(theme, _("Tokens today"))
        self.cost = Tile(theme, _("Cost today"))
        self.tiles = (
            self.answers,
            self.hit_ratio,
            self.calls,
            self.refused,
            self.tokens,
            self.cost,
        )
        self.shares = FiguresCard(theme, _("Where answers came from"))
        self.reasons = FiguresCard(theme, _("Why answers were static"))
        self.no_providers = FiguresCard(theme, _("No provider yet"))
        self.providers = FiguresTable(_("Providers"), _provider_columns(), lines=2)
        self.announcements = FiguresCard(theme, _("Announcements"))
        self.talk = FiguresCard(theme, _("Group talk"))
        self.caches = FiguresTable(_("Caches"), _cache_columns())
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        grid = QGridLayout()
        grid.setSpacing(GAP)
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, 0, place)
            grid.setColumnStretch(place, 1)
        self.column.addLayout(grid)
        self.column.addLayout(_beside(self.shares, self.reasons))
        self._add_heading(theme, _("Providers"))
        self.column.addWidget(self.no_providers)
        self.column.addWidget(self.providers)
        self.column.addLayout(_beside(self.announcements, self.talk))
        self._add_heading(theme, _("Caches"))
        self.column.addWidget(self.caches)
        self.column.addStretch(1)
        self.no_providers.show_figures(
            (),
            _(
                "Answers come from the static pool. Run `gavatcore providers add groq` (or openai, "
                "or gemini); it is asked from then on."
            ),
        )

    def _add_heading(self, theme: Theme, text: str) -> None:
        heading = Text(theme, strong_font())
        heading.say(text)
        self.column.addSpacing(4)
        self.column.addWidget(heading)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the figures of `snapshot`."""
        self._show_tiles(snapshot)
        self._show_shares(snapshot)
        self._show_reasons(snapshot)
        self._show_providers(snapshot)
        self._show_announcements(snapshot)
        self._show_talk(snapshot)
        self.caches.show_rows([cache_row(cache) for cache in snapshot.caches])

    def _show_tiles(self, snapshot: Snapshot) -> None:
        replies, completions = snapshot.replies, snapshot.completions
        if replies.answers:
            note = _("{count} repeated").format(count=number(replies.repeats))
            self.answers.set_figure(compact(replies.answers), note)
        else:
            self.answers.set_figure(NOTHING, _("none yet"))
        asked = replies.cache_hits + replies.cache_misses
        note = _("{hits} of {asked}").format(hits=compact(replies.cache_hits), asked=compact(asked))
        if replies.hit_ratio is None:
            self.hit_ratio.set_figure(NOTHING, note if asked else _("none yet"))
        else:
            self.hit_ratio.set_figure(Quantity(percent(replies.hit_ratio * 100, 0)), note)
        self._show_calls(snapshot.llm_calls, completions)
        self._show_refused(snapshot.llm_calls, completions)
        self._show_budgets(completions)

    def _show_calls(self, calls: int, completions: CompletionStats) -> None:
        if not (calls or completions.waiting):
            self.calls.set_figure(NOTHING, _("none yet"))
        elif completions.waiting:
            text = ngettext("{count} waits in line", "{count} wait in line", completions.waiting)
            self.calls.set_figure(compact(calls), text.format(count=number(completions.waiting)))
        else:
            note = _("{count} under way").format(count=number(completions.in_flight))
            self.calls.set_figure(compact(calls), note)

    def _show_refused(self, calls: int, completions: CompletionStats) -> None:
        """Show how many calls providers rejected for being too many."""
        if not calls:
            self.refused.set_figure(NOTHING, _("none yet"))
            return
        refused = sum(each.failures.get(Failure.RATE_LIMITED, 0) for each in completions.providers)
        share = percent(refused / calls * 100)
        self.refused.set_figure(compact(refused), _("{percent} of all").format(percent=share))

    def _show_budgets(self, completions: CompletionStats) -> None:
        if not completions.providers:
            self.tokens.set_figure(NOTHING, _("no provider yet"))
            self.cost.set_figure(NOTHING, _("no provider yet"))
            return
        tokens, most = completions.tokens_today, completions.tokens_budget
        self.tokens.set_figure(
            compact(tokens),
            _("of {total}").format(total=compact(most)) if most else _("no budget"),
            wrong=0 < most <= tokens,
        )
        spent, budget = completions.cost_today, completions.cost_budget
        self.cost.set_figure(
            Quantity(cost(spent)),
            _("of {total}").format(total=cost(budget)) if budget else _("no budget"),
            wrong=0 < budget <= spent,
        )

    def _show_shares(self, snapshot: Snapshot) -> None:
        replies = snapshot.replies
        if not replies.answers:
            self.shares.show_figures((), _("Nobody has been answered since the start."))
            return
        rows = [
            Figure(
                source_word(source),
                (percent(replies.share(source) * 100), number(replies.sources.get(source, 0))),
                replies.share(source),
                _INKS.get(source, "normal"),
            )
            for source in Source
        ]
        self.shares.show_figures(rows)

    def _show_reasons(self, snapshot: Snapshot) -> None:
        reasons = snapshot.replies.static_reasons
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        rows = [
            Figure(static_reason_word(reason), (number(count),))
            for reason, count in ordered
            if count
        ]
        self.reasons.show_figures(rows, "" if rows else _("No prepared answer was needed."))

    def _show_providers(self, snapshot: Snapshot) -> None:
        providers = snapshot.completions.providers
        is_off = Gate.LLM_CALLS in snapshot.closed
        self.no_providers.setVisible(not providers)
        self.providers.setVisible(bool(providers))
        self.providers.show_rows(
            [provider_row(each, snapshot.at, is_off=is_off) for each in providers]
        )

    def _show_announcements(self, snapshot: Snapshot) -> None:
        figures = snapshot.announcements
        if not (figures.subscribed or figures.paused or figures.sent or figures.dropped):
            hint = _("/subscribe, said by an administrator of a chat, lets a bot announce there.")
            self.announcements.show_figures((), hint)
            return
        is_off = Gate.ANNOUNCEMENTS in snapshot.closed
        self.announcements.show_figures(
            (
                Figure(_("Chats that subscribed"), (number(figures.subscribed),)),
                Figure(_("of them paused"), (number(figures.paused),)),
                Figure(_("Sent since the start"), (number(figures.sent),)),
                Figure(_("Dropped: too late, or not wanted"), (number(figures.dropped),)),
            ),
            _("They are off at the moment.") if is_off else "",
        )

    def _show_talk(self, snapshot: Snapshot) -> None:
        figures, unread = snapshot.talk, privacy_mode_sentence(snapshot.bots)
        if not (figures.groups or figures.sent or figures.dropped or figures.speechless):
            hint = _(
                "/subscribe talk, said by an administrator of a group, lets a bot join in there."
            )
            self.talk.show_figures((), unread or hint)
            return
        self.talk.show_figures(
            (
                Figure(_("Groups that asked for it"), (number(figures.groups),)),
                Figure(_("Said since the start"), (number(figures.sent),)),
                Figure(_("Dropped: too late, or not wanted"), (number(figures.dropped),)),
                Figure(_("Found no words"), (number(figures.speechless),)),
            ),
            unread,
        )


def _beside(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    row.addWidget(left, 1)
    row.addWidget(right, 1)
    return row


def _provider_columns() -> tuple[Column, ...]:
    return (
        Column(_("Provider"), _("Its name and its model"), elastic=True),
        Column(_("State")),
        Column(_("In flight"), _("Calls under way, of as many as it gets at once"), numeric=True),
        Column(
            _("First token"),
            _("Time until an answer begins, p50 and p95 of the last minute"),
            numeric=True,
        ),
        Column(_("Calls"), _("Since the start"), numeric=True),
        Column(_("Today"), _("Tokens and US dollars of this day in UTC"), numeric=True),
        Column(_("Budget"), _("How much of the day's budget is taken"), numeric=True),
    )


def _cache_columns() -> tuple[Column, ...]:
    return (
        Column(_("Cache"), elastic=True),
        Column(_("State")),
        Column(_("Entries"), _("Values in memory"), numeric=True),
        Column(_("MiB"), _("Their size in memory, in MiB"), numeric=True),
        Column(_("Last minute"), _("Hit ratio of the last minute, all levels"), numeric=True),
        Column(_("Memory"), _("Hit ratio in memory since the start"), numeric=True),
        Column(_("Redis"), _("Hit ratio in Redis since the start"), numeric=True),
        Column(_("Disk"), _("Hit ratio on disk since the start"), numeric=True),
    )

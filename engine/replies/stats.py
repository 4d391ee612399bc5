"""Counts how a fleet's messages were answered since the engine started."""

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.cache.lookups import Lookups
from engine.cache.recent_lookups import RecentLookups
from engine.clock import Clock


class Source(enum.StrEnum):
    """The source of an answer."""

    SMALL_TALK = "small_talk"  # prepared, and as good as any other
    EXACT = "exact"  # the response cache, same words
    NEAR = "near"  # the response cache, same meaning
    GENERATED = "generated"
    STATIC = "static"  # prepared, because no model could or was allowed to answer


class StaticReason(enum.StrEnum):
    """The reasons for a prepared answer in place of a model's, beside the refusals."""

    NO_CONSENT = "no_consent"
    UNUSABLE = "unusable"  # the provider's answers failed the checks
    FAILED = "failed"  # an unexpected error


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """Counts of answers to people, and of what was spent on them."""

    sources: Mapping[str, int] = field(default_factory=dict)  # by Source
    static_reasons: Mapping[str, int] = field(default_factory=dict)  # StaticReason or Refusal
    faults: Mapping[str, int] = field(default_factory=dict)  # rejected drafts, by Fault
    calls: int = 0  # completions requested
    repeats: int = 0  # answers that were among the chat's last 50
    consent_questions: int = 0
    cache_hits: int = 0  # of the response cache
    cache_misses: int = 0
    lately: Lookups = Lookups()  # noqa: RUF009 - it is frozen; there in the last 60 s

    @property
    def hit_ratio(self) -> float | None:
        """Return 0 to 1 over the last 60 s; None without a question."""
        return self.lately.hit_ratio

    @property
    def answers(self) -> int:
        """The number of all answers."""
        return sum(self.sources.values())

    def share(self, source: Source) -> float:
        """Return the share of answers that came from `source`, 0 to 1."""
        return self.sources.get(source, 0) / self.answers if self.answers else 0.0


class ReplyCounters:
    """Counts answers; the pipeline writes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.sources: Counter[str] = Counter()
        self.static_reasons: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.calls = 0
        self.repeats = 0
        self.consent_questions = 0
        self._hits = self._misses = 0
        self._recent = RecentLookups()

    def looked_up(self, *, hit: bool) -> None:
        """Count a look-up in the response cache."""
        if hit:
            self._hits += 1
        else:
            self._misses += 1

    def stats(self) -> ReplyStats:
        """Return the counts, with the hit ratio of the last minute."""
        lookups = Lookups(self._hits, self._misses)
        return ReplyStats(
            sources=dict(self.sources),
            static_reasons=dict(self.static_reasons),
            faults=dict(self.faults),
            calls=self.calls,
            repeats=self.repeats,
            consent_questions=self.consent_questions,
            cache_hits=self._hits,
            cache_misses=self._misses,
            lately=self._recent.until(self._clock.monotonic(), lookups),
        )

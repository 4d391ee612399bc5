"""How a fleet's messages were answered since the engine started."""

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.telemetry.last_minute import Rate


class Source(enum.StrEnum):
    """Where an answer came from."""

    SMALL_TALK = "small_talk"  # prepared, and as good as any
    EXACT = "exact"  # the response cache, the same words
    NEAR = "near"  # the response cache, the same meaning
    GENERATED = "generated"
    STATIC = "static"  # prepared, because no model could or might answer


class StaticReason(enum.StrEnum):
    """Why a prepared answer was given where a model might have answered; refusals beside these."""

    NO_CONSENT = "no_consent"
    UNUSABLE = "unusable"  # the provider's answers did not pass
    FAILED = "failed"  # an error nobody expected


@dataclass(frozen=True, slots=True)
class ReplyStats:
    """Counts of answers to people, and what was spent on them."""

    sources: Mapping[str, int] = field(default_factory=dict)  # by Source
    static_reasons: Mapping[str, int] = field(default_factory=dict)  # StaticReason or Refusal
    faults: Mapping[str, int] = field(default_factory=dict)  # drafts not used, by Fault
    calls: int = 0  # completions asked for
    repeats: int = 0  # answers the chat had among its last 50
    consent_questions: int = 0
    cache_hits: int = 0  # of the response cache
    cache_misses: int = 0
    hit_ratio: float | None = None  # 0 to 1 over the last 60 s; None: nobody asked

    @property
    def answers(self) -> int:
        return sum(self.sources.values())

    def share(self, source: Source) -> float:
        """The part of all answers that came from `source`, 0 to 1."""
        return self.sources.get(source, 0) / self.answers if self.answers else 0.0


class ReplyCounters:
    """Written by the pipeline."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.sources: Counter[str] = Counter()
        self.static_reasons: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.calls = 0
        self.repeats = 0
        self.consent_questions = 0
        self._hits = self._misses = 0
        self._recent_hits, self._recent_misses = Rate(), Rate()

    def looked_up(self, *, hit: bool) -> None:
        """The response cache was asked."""
        now = self._clock.monotonic()
        if hit:
            self._hits += 1
            self._recent_hits.add(now)
        else:
            self._misses += 1
            self._recent_misses.add(now)

    def stats(self) -> ReplyStats:
        now = self._clock.monotonic()
        self._recent_hits.advance(now)
        self._recent_misses.advance(now)
        asked = self._recent_hits.total + self._recent_misses.total
        return ReplyStats(
            sources=dict(self.sources),
            static_reasons=dict(self.static_reasons),
            faults=dict(self.faults),
            calls=self.calls,
            repeats=self.repeats,
            consent_questions=self.consent_questions,
            cache_hits=self._hits,
            cache_misses=self._misses,
            hit_ratio=self._recent_hits.total / asked if asked else None,
        )

"""Figures of replies, providers and caches as a busy engine gives them."""

from dataclasses import replace

from engine.bots.unasked.stats import AnnouncementStats, TalkStats
from engine.cache.lookups import Lookups
from engine.cache.stats import CacheStats, Level, LevelStats
from engine.replies.completion import Refusal
from engine.replies.providers.failure import Failure
from engine.replies.providers.limits.breaker import BreakerState
from engine.replies.providers.stats import CompletionStats, ProviderStats
from engine.replies.stats import ReplyStats, Source, StaticReason
from engine.snapshot import Snapshot

MIB = 1024 * 1024

WELL = ProviderStats(
    name="groq",
    model="llama-3.3-70b-versatile",
    breaker=BreakerState.CLOSED,
    resting_until=None,
    in_flight=2,
    calls_at_once=8,
    calls=1204,
    answers=1190,
    failures={Failure.RATE_LIMITED: 3, Failure.NO_FIRST_TOKEN: 9, Failure.SILENCE: 2},
    prompt_tokens=610_000,
    completion_tokens=91_000,
    tokens_today=701_000,
    cost_today=0.43,
    first_token_p50_ms=310.0,
    first_token_p95_ms=1240.0,
    tokens_budget=1_000_000,
    cost_budget=5.0,
)


def providers(at: float) -> tuple[ProviderStats, ...]:
    """One of each state."""
    idle = replace(WELL, in_flight=0, failures={}, first_token_p50_ms=None, first_token_p95_ms=None)
    limited = {Failure.RATE_LIMITED: 12}
    return (
        WELL,
        replace(
            idle,
            name="openai",
            model="gpt-4o-mini",
            resting_until=at + 1500,
            calls=88,
            failures=limited,
            last_failure=Failure.RATE_LIMITED,
            tokens_today=41_200,
            cost_today=0.0061,
        ),
        replace(
            idle,
            name="gemini",
            model="gemini-2.5-flash-lite",
            breaker=BreakerState.OPEN,
            calls=1,
            failures={Failure.NO_KEY: 1},
            last_failure=Failure.NO_KEY,
            tokens_today=0,
            cost_today=0.0,
        ),
        replace(
            idle,
            name="own-server-in-the-cellar",
            model="mistral-small-instruct-2409-awq-int4-long-context",
            breaker=BreakerState.OPEN,
            calls=9,
            failures={Failure.CONNECTION: 5},
            last_failure=Failure.CONNECTION,
            tokens_budget=0,
            cost_budget=0.0,
            cost_today=0.0,
        ),
        replace(
            idle, name="reserve", model="gpt-4o", tokens_today=1_000_000, cost_today=5.0, calls=31
        ),
    )


LIVELY = Lookups(93, 7)


def cache(name: str, *levels: LevelStats, lately: Lookups = LIVELY) -> CacheStats:
    nearest = levels[0]
    return CacheStats(
        name,
        entries=nearest.entries or 0,
        capacity=8192,
        hits=nearest.hits,
        misses=nearest.misses,
        lately=lately,
        bytes=nearest.bytes or 0,
        bytes_capacity=16 * MIB,
        evictions=nearest.evictions,
        compression_ratio=0.31,
        levels=levels,
    )


def busy(snapshot: Snapshot) -> Snapshot:
    """`snapshot` of an engine that has been talking for hours."""
    everyone = providers(snapshot.at)
    memory = LevelStats(Level.MEMORY, 41_200, 2_300, 3_411, 8192, 5 * MIB, 16 * MIB, 12)
    redis = LevelStats(Level.REDIS, 800, 1_500, available=False)
    disk = LevelStats(Level.DISK, 420, 1_080)
    return replace(
        snapshot,
        llm_calls=sum(each.calls for each in everyone),
        replies=ReplyStats(
            sources={
                Source.SMALL_TALK: 1_310,
                Source.EXACT: 744,
                Source.NEAR: 212,
                Source.GENERATED: 1_190,
                Source.STATIC: 151,
            },
            static_reasons={
                StaticReason.NO_CONSENT: 120,
                Refusal.ALL_FAILED: 14,
                Refusal.BUDGET_SPENT: 12,
                StaticReason.UNUSABLE: 5,
            },
            calls=1_333,
            repeats=17,
            cache_hits=956,
            cache_misses=1_310,
            lately=Lookups(41, 59),
        ),
        completions=CompletionStats(
            providers=everyone,
            in_flight=2,
            waiting=3,
            answers=1_190,
            tokens_today=1_742_200,
            cost_today=5.44,
            tokens_budget=5_000_000,
            cost_budget=10.0,
        ),
        announcements=AnnouncementStats(subscribed=42, paused=3, sent=318, dropped=4),
        talk=TalkStats(groups=6, sent=97, dropped=2, speechless=5),
        caches=(
            cache("profile", memory, disk),
            cache("gpt", memory, redis, disk, lately=Lookups(41, 59)),
            cache("log", replace(memory, entries=912, bytes=MIB)),
            cache(
                "session", replace(memory, hits=0, misses=0, entries=0, bytes=0), lately=Lookups()
            ),
        ),
    )

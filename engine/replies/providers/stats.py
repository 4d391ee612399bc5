"""Describes the state of the providers for the snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.replies.completion import Refusal
from engine.replies.providers.failure import Failure
from engine.replies.providers.limits.breaker import BreakerState


@dataclass(frozen=True, slots=True)
class ProviderStats:
    """One provider; counts since the start, budgets by day in UTC."""

    name: str
    model: str
    breaker: BreakerState
    resting_until: float | None  # seconds since 1970; None: it does not rest
    in_flight: int
    calls_at_once: int  # its present limit
    calls: int
    answers: int
    failures: Mapping[Failure, int]
    prompt_tokens: int
    completion_tokens: int
    tokens_today: int
    cost_today: float
    first_token_p50_ms: float | None  # over the last minute; None: no call
    first_token_p95_ms: float | None
    last_failure: Failure | None = None  # of the call that ended last; None: it succeeded
    tokens_budget: int = 0  # of a day; 0: no limit
    cost_budget: float = 0.0


@dataclass(frozen=True, slots=True)
class CompletionStats:
    """All providers together."""

    providers: tuple[ProviderStats, ...] = ()
    in_flight: int = 0
    waiting: int = 0
    answers: int = 0
    refusals: Mapping[Refusal, int] = field(default_factory=dict)
    timeout_ratio: float | None = None  # of all calls; None: no call
    tokens_today: int = 0
    cost_today: float = 0.0
    tokens_budget: int = 0  # of a day; 0: no limit
    cost_budget: float = 0.0

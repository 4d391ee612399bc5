"""Tracks one provider: its calls under way, its health and its totals."""

from collections import Counter

from engine.clock import Clock
from engine.replies.providers.chat import TokenUsage
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.failure import (
    OF_LOAD,
    OF_THE_CONFIGURATION,
    OF_THE_REQUEST,
    Failure,
    ProviderError,
)
from engine.replies.providers.limits.account import ProviderAccount
from engine.replies.providers.limits.breaker import Breaker
from engine.replies.providers.limits.budgets import BudgetUse, DailyMaximum
from engine.replies.providers.limits.concurrency import ConcurrencyLimit
from engine.replies.providers.stats import ProviderStats
from engine.telemetry.last_minute import Quantiles


class Provider:
    """Gives a `Permit` for each call; every permit must be ended."""

    def __init__(self, settings: ProviderSettings, account: ProviderAccount, clock: Clock) -> None:
        self.settings = settings
        self.account = account
        self._clock = clock
        self._breaker = Breaker(clock)
        self._concurrency = ConcurrencyLimit(settings.calls_at_once)
        self._first_token = Quantiles()
        self._in_flight = 0
        self._calls = self._answers = 0
        self._prompt_tokens = self._completion_tokens = 0
        self._failures: Counter[Failure] = Counter()
        self._last_failure: Failure | None = None

    @property
    def in_flight(self) -> int:
        """The number of calls under way."""
        return self._in_flight

    @property
    def is_busy(self) -> bool:
        """True if another call must end before the next may begin."""
        return self._in_flight >= self._concurrency.limit

    @property
    def is_cut_off(self) -> bool:
        """True if nobody should wait for it: the breaker is open, or a probe is under way."""
        return self._breaker.pause() > 0 or self._breaker.is_full

    def pause(self, tokens: int) -> float:
        """Return the seconds until a call may begin; 0 or less: now, unless it `is_busy`."""
        return self.account.pause(tokens)

    def begin(self, tokens: int) -> "Permit":
        """Begin a call."""
        self._in_flight += 1
        self._calls += 1
        self.account.begin(tokens)
        return Permit(self, self._breaker.begin(), self._clock.monotonic())

    def succeed(self, permit: "Permit", usage: TokenUsage, first_token_after: float | None) -> None:
        """Note a success; `first_token_after` in seconds."""
        self._breaker.succeed(permit.epoch)
        self.account.succeed()
        self._concurrency.succeed(self._in_flight)
        self._in_flight -= 1
        self._answers += 1
        self._last_failure = None
        self._prompt_tokens += usage.prompt
        self._completion_tokens += usage.completion
        if first_token_after is not None:
            self._first_token.add(self._clock.monotonic(), first_token_after * 1000)

    def fail(self, permit: "Permit", error: ProviderError) -> None:
        """Note a failure; only failures of the provider itself count against it."""
        failure = error.failure
        self._failures[failure] += 1
        self._last_failure = failure
        if failure in OF_THE_REQUEST:
            self.abandon(permit)
            return
        self._in_flight -= 1
        if failure in OF_THE_CONFIGURATION:
            self._breaker.trip()
            return
        self._breaker.fail(permit.epoch)
        self.account.fail(permit.began, error.retry_after)
        if failure in OF_LOAD:
            self._concurrency.overload(permit.began, self._clock.monotonic())

    def abandon(self, permit: "Permit") -> None:
        """Note that the call ended without a verdict on the provider."""
        self._in_flight -= 1
        self._breaker.abandon(permit.epoch)

    def stats(self, taken: BudgetUse, budget: DailyMaximum) -> ProviderStats:
        """Return the figures for the snapshot; `taken` is today's usage."""
        self._first_token.advance(self._clock.monotonic())
        p50, p95 = self._first_token.at(0.5, 0.95)
        rests_for = self.account.rests_for
        return ProviderStats(
            name=self.settings.name,
            model=self.settings.model,
            breaker=self._breaker.state,
            resting_until=self._clock.now() + rests_for if rests_for > 0 else None,
            in_flight=self._in_flight,
            calls_at_once=self._concurrency.limit,
            calls=self._calls,
            answers=self._answers,
            failures=dict(self._failures),
            prompt_tokens=self._prompt_tokens,
            completion_tokens=self._completion_tokens,
            tokens_today=taken.tokens,
            cost_today=taken.cost,
            first_token_p50_ms=p50,
            first_token_p95_ms=p95,
            last_failure=self._last_failure,
            tokens_budget=budget.tokens,
            cost_budget=budget.cost,
        )


class Permit:
    """Permission for one call to a provider; it ends once."""

    def __init__(self, provider: Provider, epoch: int, began: float) -> None:
        self.provider = provider
        self.epoch = epoch
        self.began = began  # on the steady clock
        self._has_ended = False

    def succeed(self, usage: TokenUsage, first_token_after: float | None) -> None:
        """End it with a success; `first_token_after` in seconds."""
        self._has_ended = True
        self.provider.succeed(self, usage, first_token_after)

    def fail(self, error: ProviderError) -> None:
        """End it with a failure."""
        self._has_ended = True
        self.provider.fail(self, error)

    def abandon(self) -> None:
        """End it without a verdict on the provider; no effect if it has ended."""
        if not self._has_ended:
            self._has_ended = True
            self.provider.abandon(self)

"""Tracks an account at a provider: its pace and rests, shared by all its models and keys."""

import math
from collections import deque
from collections.abc import Iterable, Sequence

from engine.clock import Clock
from engine.replies.providers.configuration.settings import ProviderSettings

LONGEST_REST = 3600.0  # s; a longer rest is cut to it, then the provider is asked again
_MINUTE = 60.0


class ProviderAccount:
    """Computes how long the next call must wait; times in seconds of the steady clock."""

    def __init__(self, providers: Sequence[ProviderSettings], clock: Clock) -> None:
        """Take the strictest limits of `providers`, which are all those of the account."""
        self._clock = clock
        self.name = providers[0].account
        self._interval = max(each.min_interval for each in providers)
        self._requests = _strictest(each.requests_per_minute for each in providers)
        self._tokens = _strictest(each.tokens_per_minute for each in providers)
        self._delay = max(each.retry_delay for each in providers)
        self._next_at = -math.inf
        self._starts: deque[float] = deque()  # in the last minute
        self._level = self._tokens  # of the token bucket
        self._filled_at = clock.monotonic()
        self._rests_until = -math.inf
        self._rested_at = -math.inf  # start of the last rest
        self._failures = 0  # consecutive

    @property
    def rests_for(self) -> float:
        """The seconds that it still rests after a failure; 0 or less if it does not."""
        return self._rests_until - self._clock.monotonic()

    def pause(self, tokens: int) -> float:
        """Return the seconds until a call of `tokens` may start; 0 or less: now."""
        now = self._clock.monotonic()
        pause = max(self._rests_until, self._next_at) - now
        while self._starts and self._starts[0] <= now - _MINUTE:
            self._starts.popleft()
        if len(self._starts) >= self._requests:
            pause = max(pause, self._starts[0] + _MINUTE - now)
        if math.isfinite(self._tokens):
            short = min(tokens, self._tokens) - self._fill(now)
            pause = max(pause, short * _MINUTE / self._tokens)
        return pause

    def starts_within(self, seconds: float) -> float:
        """Return how many calls can start in the next `seconds`; infinite without a limit."""
        now = self._clock.monotonic()
        first = max(self._rests_until, self._next_at) - now
        if first >= seconds:
            return 0.0
        by_interval = math.inf
        if self._interval:
            by_interval = math.ceil((seconds - max(first, 0.0)) / self._interval)
        leaving = sum(start + _MINUTE < now + seconds for start in self._starts)
        rounds = 1 + seconds // _MINUTE
        return min(by_interval, self._requests * rounds - len(self._starts) + leaving)

    def begin(self, tokens: int) -> None:
        """Note that a call of `tokens` starts now."""
        now = self._clock.monotonic()
        self._next_at = now + self._interval
        if math.isfinite(self._requests):
            self._starts.append(now)
        if math.isfinite(self._tokens):
            self._level = self._fill(now) - tokens

    def _fill(self, now: float) -> float:
        gained = (now - self._filled_at) * self._tokens / _MINUTE
        self._level = min(self._level + gained, self._tokens)
        self._filled_at = now
        return self._level

    def succeed(self) -> None:
        """Note a success: the next rest is a short one again."""
        self._failures = 0

    def fail(self, began: float, retry_after: float | None = None) -> None:
        """Note that a call begun at `began` failed; rest, doubling with each consecutive failure.

        Calls that were under way together count as one failure. The provider's own wait is obeyed;
        our rest applies as well only after that proved too short.
        """
        now = self._clock.monotonic()
        if began > self._rested_at:
            self._failures += 1
            self._rested_at = now
        rest = self._delay * 2.0 ** min(self._failures - 1, 20)
        if retry_after is not None:
            rest = retry_after if self._failures == 1 else max(rest, retry_after)
        self._rests_until = max(self._rests_until, now + min(rest, LONGEST_REST))


def _strictest(limits: Iterable[int]) -> float:
    """Return the lowest limit that is set; infinity if none is."""
    return min((float(limit) for limit in limits if limit), default=math.inf)

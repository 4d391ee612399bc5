"""Remembers a bot's recent answers, bounded in number and age, and counts how often it helps."""

import hashlib
from collections.abc import Callable

from cachebox import TTLCache

from engine.cache.figures import CacheFigures
from engine.clock import Clock
from engine.telemetry.last_minute import Rate

CAPACITY = 4_096  # entries
TIME_TO_LIVE = 300.0  # s


class ReplyCache:
    """Keyed by a hash of what matters in the question."""

    def __init__(self, clock: Clock) -> None:
        self._entries: TTLCache[bytes, str] = TTLCache(CAPACITY, TIME_TO_LIVE)
        self._clock = clock
        self._hits = 0
        self._misses = 0
        self._recent_hits = Rate()
        self._recent_misses = Rate()

    def get_or_make(self, make: Callable[[], str], *question: str) -> str:
        """The answer remembered for `question`, or the one `make` makes now."""
        key = hashlib.blake2b("\0".join(question).encode(), digest_size=16).digest()
        now = self._clock.monotonic()
        answer = self._entries.get(key)
        if answer is not None:
            self._hits += 1
            self._recent_hits.add(now)
            return answer
        self._misses += 1
        self._recent_misses.add(now)
        answer = make()
        self._entries[key] = answer
        return answer

    def figures(self) -> CacheFigures:
        now = self._clock.monotonic()
        self._recent_hits.advance(now)
        self._recent_misses.advance(now)
        asked = self._recent_hits.total + self._recent_misses.total
        self._entries.expire()
        return CacheFigures(
            name="replies",
            entries=len(self._entries),
            capacity=CAPACITY,
            hits=self._hits,
            misses=self._misses,
            hit_ratio=self._recent_hits.total / asked if asked else None,
        )

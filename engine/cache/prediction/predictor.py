"""Predicts from accesses which keys will be asked for soon; loads nothing itself.

For each key it learns the average time between accesses (the key is due when most of it has passed)
and the key that follows (a first-order Markov chain).
"""

from collections import OrderedDict
from collections.abc import Callable

from engine.cache.policies.expiry import ExpiryWheel
from engine.cache.prediction.access_history import AccessHistory
from engine.cache.prediction.preload_benefit import PreloadBenefit
from engine.cache.stats import PredictionStats

CONFIDENT = 0.7  # probability above which a key is loaded ahead
_DEPTH = 4  # steps along the chain, so that a slow load begins in time
_EARLY = 0.1  # share of the interval by which a key is loaded early
_EARLY_MOST = 1.0  # s
_LEARNING = 1 / 32  # weight of the newest guess in the general accuracy
_BURST = 16  # maximum of saved-up loads
_DUE_AT_ONCE = 4


class Predictor:
    """Deterministic, for one thread; `holds` tells if the cache has a key at the moment."""

    def __init__(
        self,
        holds: Callable[[str], bool],
        *,
        max_keys: int,
        loads_per_access: float = 1.0,
        most_waiting: int = 32,
    ) -> None:
        """Remember `max_keys` keys; allow `most_waiting` loads under way or unused."""
        self._holds = holds
        self._max_keys = max_keys
        self._loads_per_access = loads_per_access
        self._saved = float(_BURST)
        self._histories: OrderedDict[str, AccessHistory] = OrderedDict()
        self._expected = ExpiryWheel()
        self._wanted_at: dict[str, float] = {}
        self._before: str | None = None
        self._guess: str | None = None
        self._accuracy = 0.0
        # Judged separately, so that one kind may continue while the other does not pay.
        self._chains = PreloadBenefit(most_waiting)
        self._times = PreloadBenefit(most_waiting)
        self._worths = (self._chains, self._times)

    def observe(self, key: str, now: float) -> list[str]:
        """Note that `key` was asked for at `now` (monotonic s); return the keys to load ahead."""
        for worth in self._worths:
            worth.accessed(key)
        self._saved = min(self._saved + self._loads_per_access, _BURST)
        self._follow(key)
        history = self._access(key, now)
        wishes = self._chain(history)
        self._expect(key, history)
        return self._affordable(wishes, self._chains) + self.due(now)

    @property
    def next_due(self) -> float | None:
        """Return when the next key is due without any access (monotonic s); None if none is."""
        key = self._expected.next()
        return None if key is None else self._wanted_at[key]

    def due(self, now: float) -> list[str]:
        """Return the keys expected soon after `now`; call it also while nobody asks."""
        wishes: list[str] = []

        def fall_due(key: str) -> None:
            self._unexpect(key)
            wishes.append(key)

        self._expected.due(now, _DUE_AT_ONCE, fall_due)
        return self._affordable(wishes, self._times)

    def lost(self, key: str) -> None:
        """Note that `key` was evicted or has expired."""
        for worth in self._worths:
            worth.lost(key)

    def not_loaded(self, key: str) -> None:
        """Note that a requested load of `key` did not happen."""
        for worth in self._worths:
            worth.not_loaded(key)

    def clear(self) -> None:
        """Forget all accesses; the counters stay."""
        self._histories.clear()
        self._expected.clear()
        self._wanted_at.clear()
        self._before = self._guess = None
        for worth in self._worths:
            worth.clear()

    def next_access(self, key: str) -> tuple[float, float] | None:
        """Return when `key` is expected (monotonic s) and the certainty; None if unknown."""
        history = self._histories.get(key)
        return (history.next_access, history.confidence) if history else None

    def stats(self) -> PredictionStats:
        """Return the figures since the start."""
        return PredictionStats(
            on=any(worth.on for worth in self._worths),
            loads=sum(worth.asked for worth in self._worths),
            used=sum(worth.used for worth in self._worths),
            vain=sum(worth.vain for worth in self._worths),
            failed=sum(worth.failed for worth in self._worths),
            accuracy=self._accuracy,
            keys=len(self._histories),
        )

    def _follow(self, key: str) -> None:
        """Learn that `key` followed the previous key."""
        if self._guess is not None:
            self._accuracy += _LEARNING * ((key == self._guess) - self._accuracy)
        if self._before is not None and self._before != key:
            history = self._histories.get(self._before)
            if history is not None:
                history.followed_by(key)
        self._before = key

    def _access(self, key: str, now: float) -> AccessHistory:
        history = self._histories.get(key)
        if history is None:
            if len(self._histories) >= self._max_keys:
                forgotten, _ = self._histories.popitem(last=False)
                self._unexpect(forgotten)
            history = self._histories[key] = AccessHistory(now)
        else:
            self._histories.move_to_end(key)
            history.accessed(now)
        return history

    def _chain(self, history: AccessHistory) -> list[str]:
        """Return the likely next keys, step by step; remember the first as the guess to check."""
        keys: list[str] = []
        confidence = 1.0
        self._guess = None
        step: AccessHistory | None = history
        while step is not None and len(keys) < _DEPTH:
            found = step.successor(self._accuracy)
            if found is None:
                break
            key, sure = found
            if step is history:
                self._guess = key
            confidence *= sure
            if confidence <= CONFIDENT or key in keys:
                break
            keys.append(key)
            step = self._histories.get(key)
        return keys

    def _expect(self, key: str, history: AccessHistory) -> None:
        self._unexpect(key)
        if history.confidence > CONFIDENT:
            early = max(min(_EARLY * history.interval, _EARLY_MOST), history.deviation)
            wanted = self._wanted_at[key] = history.next_access - early
            self._expected.add(key, wanted)

    def _unexpect(self, key: str) -> None:
        wanted = self._wanted_at.pop(key, None)
        if wanted is not None:
            self._expected.remove(key, wanted)

    def _affordable(self, wishes: list[str], worth: PreloadBenefit) -> list[str]:
        keys = []
        for key in wishes:
            if self._saved < 1:
                break
            if self._waits(key) or self._holds(key) or not worth.allows():
                continue
            self._saved -= 1
            worth.ask(key)
            keys.append(key)
        return keys

    def _waits(self, key: str) -> bool:
        return any(key in worth for worth in self._worths)

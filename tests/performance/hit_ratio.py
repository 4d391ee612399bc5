"""Hit ratios of every eviction policy on traces, with backend loads where keys are loaded ahead."""

import gzip
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.cache.policies.entry import CacheEntry
from engine.cache.policies.store import Eviction, store_for
from engine.cache.prediction.predictor import Predictor
from tests.performance.table import Table
from tests.support.caches import traces
from tests.support.caches.contenders import (
    RIVALS,
    lfu,
    lru,
    optimum,
    ours,
    s3_fifo,
    tiny_lfu,
)

NAME = "hit_ratio"
MOST = 100_000  # accesses of a recorded trace
LENGTH = 40_000  # of a made one
PACE = 0.01  # s between two accesses
_DEFAULT_TRACES = Path(__file__).parents[3] / "shared" / "traces"

Ratio = Callable[[Sequence[str], int], float]


@dataclass(frozen=True, slots=True)
class Predicted:
    """What loading ahead came to; all per access."""

    hits: float
    on_demand: float
    ahead: float


def with_prediction(trace: Sequence[str], entries: int) -> Predicted:
    """The adaptive store with a predictor, whose loads are there by the next access."""
    store = store_for(
        Eviction.ADAPTIVE, entries, entries, on_evicted=lambda key, _: predictor.lost(key)
    )
    predictor = Predictor(store.__contains__, max_keys=max(4 * entries, 2_048))
    misses = ahead = 0
    for number, key in enumerate(trace):
        wishes = predictor.observe(key, number * PACE)
        if store.get(key) is None:
            misses += 1
            store.set(key, CacheEntry(None, 1))
        for wish in wishes:
            ahead += 1
            store.set(wish, CacheEntry(None, 1), ahead=True)
    count = len(trace)
    return Predicted(1 - misses / count, misses / count, ahead / count)


def recorded(name: str) -> list[str]:
    """A trace of one key a line, from TRACES or beside the checkout; empty if not there."""
    directory = Path(os.environ.get("TRACES", _DEFAULT_TRACES))
    try:
        with gzip.open(directory / f"{name}.txt.gz", "rt") as lines:
            return [line.strip() for line, _ in zip(lines, range(MOST), strict=False)]
    except FileNotFoundError:
        return []


def _row(name: str, trace: Sequence[str], entries: int) -> tuple[str, ...]:
    adaptive = ours(Eviction.ADAPTIVE, trace, entries)
    rivals = {policy: policy(trace, entries) for policy in RIVALS}
    predicted = with_prediction(trace, entries)
    shown = (rivals[lru], rivals[lfu], rivals[tiny_lfu])
    return (
        name,
        str(entries),
        *(_percent(ratio) for ratio in shown),
        _percent(s3_fifo(trace, entries)),
        _percent(optimum(trace, entries)),
        _percent(adaptive),
        f"{(adaptive - max(shown)) * 100:+.1f}",
        f"{1 - adaptive:.2f}",
        _percent(predicted.hits),
        f"{predicted.on_demand:.2f} + {predicted.ahead:.2f}",
    )


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.1f}"


def run() -> Table:
    """Recorded traces at many sizes, made ones at three."""
    rows = []
    for name, sizes in (
        ("loop", (64, 256, 512, 768, 1_000)),
        ("web12", (75, 150, 300, 600, 1_200, 2_400, 4_800)),
    ):
        if trace := recorded(name):
            rows += [_row(name, trace, entries) for entries in sizes]
    for name, made in traces.KINDS.items():
        trace = made(LENGTH, 1)
        rows += [_row(f"made: {name}", trace, entries) for entries in (64, 512, 4_096)]
    for name, made in traces.MIXED.items():
        trace = made(2 * LENGTH, 1)
        rows += [_row(f"made: {name}", trace, entries) for entries in (300, 1_000, 2_500)]
    return Table(
        "Hit ratios, %",
        (
            "trace",
            "entries",
            "LRU",
            "LFU",
            "theine",
            "S3-FIFO",
            "optimum",
            "ADAPTIVE",
            "points over the best of the three",
            "loads an access",
            "with prediction",
            "loads an access, on demand + ahead",
        ),
        tuple(rows),
        f"The first {MOST:,} accesses of recorded traces, {LENGTH:,} of made ones, all entries of "
        "one size. theine is the library as installed (W-TinyLFU with its buffers); it draws by "
        "chance, which in loops makes a point or two. The three are LRU, LFU and theine. With "
        f"prediction there is an access every {PACE} s, and what it wishes for is loaded before "
        "the next.",
    )

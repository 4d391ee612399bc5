"""Sequences of keys as caches meet them, made from a seed."""

import bisect
import itertools
import random
from collections.abc import Callable, Iterator

Trace = list[str]


def zipf(length: int, seed: int, *, keys: int = 5_000, skew: float = 0.9) -> Trace:
    """Few keys often, many seldom, and it stays so."""
    return [f"z{rank}" for rank in _ranks(length, seed, keys, skew)]


def drifting_zipf(length: int, seed: int, *, skew: float = 1.0, pace: int = 20) -> Trace:
    """As Zipf, but what is popular moves on by one key every `pace` accesses."""
    return [f"d{rank + i // pace}" for i, rank in enumerate(_ranks(length, seed, 5_000, skew))]


def loop(length: int, _seed: int, *, keys: int = 1_500) -> Trace:
    """The same keys in the same order, over and over."""
    return [f"l{i % keys}" for i in range(length)]


def to_and_fro(length: int, _seed: int, *, keys: int = 1_500) -> Trace:
    """The same keys forwards and backwards in turns."""
    around = itertools.cycle(itertools.chain(range(keys), reversed(range(keys))))
    return [f"g{i}" for i in itertools.islice(around, length)]


def scans(length: int, seed: int) -> Trace:
    """Zipf, interrupted by long runs of keys that never come again."""
    chance = random.Random(seed)
    fresh = itertools.count()

    def accesses() -> Iterator[str]:
        for key in zipf(length, seed, skew=1.0):
            yield key
            if chance.random() < 0.0006:
                for _ in range(chance.randint(200, 3_000)):
                    yield f"scan{next(fresh)}"

    return list(itertools.islice(accesses(), length))


def recent(length: int, seed: int, *, depth: float = 150.0, fresh: float = 0.15) -> Trace:
    """Mostly what was asked for a short while ago; `depth` is the mean stack distance."""
    chance = random.Random(seed)
    stack: list[int] = []
    trace = []
    for i in range(length):
        if not stack or chance.random() < fresh:
            key = i
        else:
            key = stack.pop(-1 - min(int(chance.expovariate(1 / depth)), len(stack) - 1))
        stack.append(key)
        del stack[:-5_000]
        trace.append(f"r{key}")
    return trace


def sliding(length: int, seed: int) -> Trace:
    """Any of 1,500 keys of a window that moves on."""
    chance = random.Random(seed)
    return [f"w{i // 4 + chance.randrange(1_500)}" for i in range(length)]


def loop_and_zipf(length: int, seed: int) -> Trace:
    """A loop and a Zipf, mixed by chance."""
    return _mixed(length, seed, loop(length, seed), zipf(length, seed))


def one_time(length: int, seed: int) -> Trace:
    """A popular few among keys that come once."""
    once = [f"x{i}" for i in range(length)]
    return _mixed(length, seed, once, zipf(length, seed, keys=1_000, skew=0.7))


def bursts(length: int, seed: int) -> Trace:
    """New keys that come twice in a row, and a stable popular few."""
    twice = [f"b{i // 2}" for i in range(length)]
    return _mixed(length, seed, twice, zipf(length, seed, keys=6_000, skew=1.1))


def hot_set(length: int, seed: int) -> Trace:
    """200 hot keys that are all replaced every 4,000 accesses."""
    chance = random.Random(seed)
    hot = [f"q{i // 4_000 * 200 + chance.randrange(200)}" for i in range(length)]
    return _mixed(length, seed, hot, [f"c{chance.randrange(20_000)}" for _ in range(length)])


def uniform(length: int, seed: int) -> Trace:
    """Any of 4,000 keys."""
    chance = random.Random(seed)
    return [f"u{chance.randrange(4_000)}" for _ in range(length)]


def permuted_zipf(length: int, seed: int) -> Trace:
    """A Zipf whose keys all change their ranks six times."""
    chance = random.Random(seed)
    phases = [chance.sample(range(8_000), 8_000) for _ in range(6)]
    ranks = _ranks(length, seed, 8_000, 1.0)
    return [f"p{phases[i * 6 // length][rank]}" for i, rank in enumerate(ranks)]


def phases(length: int, seed: int) -> Trace:
    """Recent, loop, Zipf and sliding in turns, twice."""
    return _phases(length, seed, 8)


def quick_phases(length: int, seed: int) -> Trace:
    """The same, ten times."""
    return _phases(length, seed, 40)


def loops(length: int, seed: int) -> Trace:
    """Eight loops of 200 to 2,500 keys in turns, between them scans and a Zipf."""
    chance = random.Random(seed)
    fresh = itertools.count()
    lengths = [chance.randint(200, 2_500) for _ in range(8)]
    popular = itertools.cycle(zipf(length, seed, keys=3_000))
    trace: Trace = []
    while len(trace) < length:
        trace += itertools.islice(popular, chance.randint(50, 800))
        which = chance.randrange(8)
        trace += [f"loop{which}:{i}" for i in range(lengths[which])] * chance.randint(1, 3)
        trace += [f"scan{next(fresh)}" for _ in range(chance.randint(0, 1_000))]
    return trace[:length]


def loops_side_by_side(length: int, seed: int) -> Trace:
    """Five loops of 50 to 2,000 keys, mixed by chance."""
    chance = random.Random(seed)
    sources = [
        itertools.cycle([f"loop{number}:{i}" for i in range(chance.randint(50, 2_000))])
        for number in range(5)
    ]
    return [next(chance.choice(sources)) for _ in range(length)]


MIXED: dict[str, Callable[[int, int], Trace]] = {
    "loops": loops,
    "loops_side_by_side": loops_side_by_side,
}
"""Loops and scans of many lengths, for caches of some hundreds to some thousands of entries."""

KINDS: dict[str, Callable[[int, int], Trace]] = {
    made.__name__: made
    for made in (
        zipf,
        drifting_zipf,
        permuted_zipf,
        loop,
        to_and_fro,
        scans,
        recent,
        sliding,
        loop_and_zipf,
        one_time,
        bursts,
        hot_set,
        uniform,
        phases,
        quick_phases,
    )
}


def _ranks(length: int, seed: int, keys: int, skew: float) -> list[int]:
    chance = random.Random(seed)
    weights = list(itertools.accumulate(1 / (rank + 1) ** skew for rank in range(keys)))
    return [bisect.bisect(weights, chance.random() * weights[-1]) for _ in range(length)]


def _mixed(length: int, seed: int, first: Trace, second: Trace) -> Trace:
    chance = random.Random(seed)
    either = iter(first), iter(second)
    return [next(either[chance.random() < 0.5]) for _ in range(length)]


def _phases(length: int, seed: int, count: int) -> Trace:
    sources = [made(length, seed) for made in (recent, loop, zipf, sliding)]
    step = length // count
    parts = (sources[i % 4][i * step : (i + 1) * step] for i in range(count))
    return list(itertools.chain.from_iterable(parts))

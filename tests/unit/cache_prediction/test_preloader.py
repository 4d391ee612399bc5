"""Loads ahead in the background: bounded, contained, and stopped by gate and price."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from engine.cache.prediction.predictor import Predictor
from engine.cache.prediction.preloader import Preloader
from engine.gates import Gate, Gates
from tests.support.clock import ManualClock


class Backend:
    """Loads that wait until they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.under_way = 0
        self.most_under_way = 0
        self.open = asyncio.Event()
        self.failing = False

    async def load(self, key: str) -> None:
        self.begun.append(key)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.open.wait()
            if self.failing:
                raise ConnectionError("the backend is away")
            self.done.append(key)
        finally:
            self.under_way -= 1


async def settle(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


@asynccontextmanager
async def preloading(
    backend: Backend,
    *,
    clock: ManualClock | None = None,
    gates: Gates | None = None,
) -> AsyncIterator[Preloader]:
    held = backend.done
    predictor = Predictor(held.__contains__, max_keys=1_000, most_waiting=200)
    preloader = Preloader(
        predictor,
        backend.load,
        clock=clock or ManualClock(),
        gates=gates or Gates(),
    )
    async with running(preloader):
        yield preloader


@asynccontextmanager
async def running(preloader: Preloader) -> AsyncIterator[None]:
    task = asyncio.create_task(preloader.run())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def ask(preloader: Preloader, keys: int = 500, rounds: int = 2) -> None:
    for i in range(rounds * keys):
        preloader.accessed(f"k{i % keys}")


async def test_what_follows_is_loaded_and_its_use_is_counted() -> None:
    backend = Backend()
    backend.open.set()
    async with preloading(backend) as preloader:
        for i in range(300):
            preloader.accessed(f"k{i % 100}")
            await turns(3)
        assert set(backend.done) <= {f"k{i}" for i in range(100)}
        assert len(backend.done) > 50
        assert preloader.stats().used > 50


async def test_few_loads_are_under_way_at_a_time_and_the_rest_of_the_wishes_is_dropped() -> None:
    backend = Backend()
    async with preloading(backend) as preloader:
        ask(preloader)
        await settle(lambda: backend.under_way == 8)
        assert preloader.stats().failed > 0  # more were wished for than may wait
        backend.open.set()
        await settle(lambda: len(backend.done) >= 64)
        assert backend.most_under_way == 8


async def test_a_failed_load_is_contained_and_the_next_is_made() -> None:
    backend = Backend()
    backend.open.set()
    backend.failing = True
    async with preloading(backend) as preloader:
        ask(preloader)
        await settle(lambda: len(backend.begun) >= 16 and not backend.under_way)
        failed = preloader.stats().failed
        assert failed >= 16
        backend.failing = False
        ask(preloader)
        await settle(lambda: len(backend.done) > 0)


async def test_a_load_cancelled_from_elsewhere_does_not_end_the_loading() -> None:
    backend = Backend()

    async def cancelled(key: str) -> None:
        backend.begun.append(key)
        raise asyncio.CancelledError

    predictor = Predictor(lambda key: False, max_keys=1_000)
    preloader = Preloader(predictor, cancelled, clock=ManualClock(), gates=Gates())
    async with running(preloader):
        ask(preloader)
        await settle(lambda: len(backend.begun) > 8)


async def test_in_one_second_no_more_than_a_hundred_loads_are_begun() -> None:
    backend, clock = Backend(), ManualClock()
    backend.open.set()
    async with preloading(backend, clock=clock) as preloader:
        for number in range(2_000):
            preloader.accessed(f"k{number % 500}")
            await turns(3)
        assert len(backend.begun) == 100
        clock.advance(1)
        ask(preloader, rounds=1)
        await settle(lambda: len(backend.begun) > 100)


async def test_nothing_is_loaded_while_the_gate_is_closed_and_then_what_was_learnt_is() -> None:
    backend, gates = Backend(), Gates()
    backend.open.set()
    gates.close(Gate.PREDICTION, "emergency")
    async with preloading(backend, gates=gates) as preloader:
        ask(preloader)
        await turns()
        assert backend.begun == []
        gates.open(Gate.PREDICTION, "emergency")
        preloader.accessed("k0")
        await settle(lambda: len(backend.done) > 0)


async def test_a_regular_key_is_loaded_in_time_though_nobody_asks() -> None:
    backend, clock = Backend(), ManualClock()
    backend.open.set()
    async with preloading(backend, clock=clock) as preloader:
        await turns()
        assert clock.next_wake is None  # nothing is expected: nobody looks
        for _ in range(8):
            preloader.accessed("report")
            clock.advance(60.0)
            await turns()
        backend.done.clear()
        preloader.accessed("report")
        clock.advance(59.5)
        await settle(lambda: backend.done == ["report"])


async def test_its_end_is_that_of_loads_under_way_and_nothing_is_learnt_any_more() -> None:
    backend = Backend()
    async with preloading(backend) as preloader:
        ask(preloader)
        await settle(lambda: backend.under_way == 8)
    assert backend.under_way == 0
    known = preloader.stats().keys
    preloader.accessed("another")
    assert preloader.stats().keys == known
    assert len(asyncio.all_tasks()) == 1

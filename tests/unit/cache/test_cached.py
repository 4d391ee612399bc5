"""`@cached`: the arguments are the key, however they are passed."""

import pytest

from engine.cache.cached import cached
from tests.support.caches.levels import memory, texts
from tests.support.clock import ManualClock


async def test_the_same_arguments_call_once_however_they_are_passed() -> None:
    clock = ManualClock()
    calls: list[tuple[object, ...]] = []

    @cached(texts(clock, near=memory(clock)))
    async def greet(name: object, *, loud: bool = False) -> str:
        calls.append((name, loud))
        return f"Hello {name}"

    assert await greet("Ada") == "Hello Ada"
    assert await greet(name="Ada", loud=False) == "Hello Ada"
    assert calls == [("Ada", False)]
    for other in ("Can", 1, 1.0, True, "1", ("Ada",)):
        await greet(other)
    await greet("Ada", loud=True)
    assert len(calls) == 8


async def test_it_can_be_invalidated_by_arguments_and_by_tags() -> None:
    clock = ManualClock()
    cache = texts(clock, near=memory(clock))
    calls: list[int] = []

    @cached(cache, ttl=10, tags=lambda number: (f"number {number}",))
    async def double(number: int) -> str:
        calls.append(number)
        return str(2 * number)

    await double(1)
    await double(2)
    await double.invalidate(1)
    await double(1)
    await double(2)
    assert calls == [1, 2, 1]
    await cache.delete_by_tags("number 2")
    await double(2)
    clock.advance(11)
    await double(1)
    assert calls == [1, 2, 1, 2, 1]


async def test_an_argument_that_cannot_be_told_from_others_is_refused() -> None:
    clock = ManualClock()

    @cached(texts(clock, near=memory(clock)))
    async def name(thing: object) -> str:
        return str(thing)

    with pytest.raises(TypeError):
        await name(object())


async def test_two_functions_share_a_cache_and_no_results() -> None:
    clock = ManualClock()
    cache = texts(clock, near=memory(clock))

    @cached(cache)
    async def first(word: str) -> str:
        return f"first {word}"

    @cached(cache)
    async def second(word: str) -> str:
        return f"second {word}"

    assert (await first("x"), await second("x")) == ("first x", "second x")

"""One load for all, and what becomes of it when callers go away."""

import asyncio

import pytest

from engine.cache.errors import LoadCancelledError
from engine.cache.single_flight import Flight, SingleFlight


class Load:
    """A load the test ends."""

    def __init__(self) -> None:
        self.began = 0
        self.cancelled = False
        self.current: bool | None = None
        self.result: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __call__(self, flight: Flight[str]) -> str:
        self.began += 1
        try:
            return await self.result
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            self.current = flight.current


async def started(*tasks: asyncio.Task[str]) -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_the_first_callers_cancellation_cancels_nobody_else() -> None:
    flights: SingleFlight[str] = SingleFlight()
    load = Load()
    callers = [asyncio.create_task(flights.run("key", load)) for _ in range(100)]
    await started(*callers)
    for caller in callers[:99]:
        caller.cancel()
    await asyncio.gather(*callers[:99], return_exceptions=True)
    load.result.set_result("text")
    assert await callers[99] == "text"
    assert load.began == 1
    assert all(caller.cancelled() for caller in callers[:99])


async def test_a_load_nobody_waits_for_any_more_is_cancelled_and_the_next_begins_anew() -> None:
    flights: SingleFlight[str] = SingleFlight()
    load = Load()
    caller = asyncio.create_task(flights.run("key", load))
    await started(caller)
    caller.cancel()
    again = Load()
    next_caller = asyncio.create_task(flights.run("key", again))
    await started(caller, next_caller)
    assert load.cancelled
    again.result.set_result("text")
    assert await next_caller == "text"


async def test_an_error_reaches_all_who_wait_and_is_forgotten() -> None:
    flights: SingleFlight[str] = SingleFlight()
    load = Load()
    callers = [asyncio.create_task(flights.run("key", load)) for _ in range(10)]
    await started(*callers)
    load.result.set_exception(OSError("down"))
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert {str(outcome) for outcome in outcomes} == {"down"}
    again = Load()
    again.result.set_result("text")
    assert await flights.run("key", again) == "text"


async def test_an_error_after_all_have_gone_bothers_nobody() -> None:
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, about: told.append(about))
    flights: SingleFlight[str] = SingleFlight()

    async def stubborn(_flight: Flight[str]) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError("down") from None
        return ""

    caller = asyncio.create_task(flights.run("key", stubborn))
    await started(caller)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await started(caller)
    assert told == []


async def test_who_asks_after_a_change_does_not_join_a_load_begun_before_it() -> None:
    flights: SingleFlight[str] = SingleFlight()
    before, after = Load(), Load()
    early = asyncio.create_task(flights.run("key", before))
    await started(early)
    flights.forget("key")
    late = asyncio.create_task(flights.run("key", after))
    await started(late)
    before.result.set_result("old")
    after.result.set_result("new")
    assert (await early, await late) == ("old", "new")
    assert (before.current, after.current) == (False, True)


async def test_a_load_cancelled_from_elsewhere_is_an_error_not_a_cancellation() -> None:
    flights: SingleFlight[str] = SingleFlight()
    caller = asyncio.create_task(flights.run("key", Load()))
    await started(caller)
    await flights.close()
    with pytest.raises(LoadCancelledError):
        await caller

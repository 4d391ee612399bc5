"""Who is served when: line, pauses, retries and bounds, with scripted clients and moved time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.gates import Gate, Gates
from engine.replies.completion import NoCompletionError, Priority, Refusal
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.gateway import Gateway, GatewayLimits
from tests.support.clock import ManualClock
from tests.support.servers.gateways import ScriptedClient, complete, gateway, provider

HIGH, NORMAL, LOW = Priority


class Bench:
    """A gateway with one scripted client behind each of its providers."""

    def __init__(self, opened: Gateway, clients: dict[str, ScriptedClient]) -> None:
        self.gateway = opened
        self.clients = clients
        self.tasks: dict[str, asyncio.Task[Any]] = {}

    async def ask(self, text: str, priority: Priority = HIGH) -> None:
        """Begin a call, and go on once it waits, is under way or has ended."""
        before = self.seen
        task = asyncio.create_task(complete(self.gateway, text, priority=priority))
        self.tasks[text] = task
        await until(lambda: self.seen > before or task.done())

    @property
    def seen(self) -> int:
        """How many calls wait, are under way or have ended."""
        figures = self.gateway.stats()
        ended = figures.answers + sum(figures.refusals.values())
        return figures.waiting + figures.in_flight + ended

    @property
    def total_asked(self) -> int:
        return sum(len(client.asked) for client in self.clients.values())

    def asked(self, name: str) -> list[str]:
        return self.clients[name].asked

    async def outcome(self, text: str) -> str | Refusal:
        try:
            completion = await self.tasks[text]
        except NoCompletionError as error:
            return error.refusal
        return str(completion.provider)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


@asynccontextmanager
async def bench(
    directory: Path,
    clock: ManualClock,
    limits: GatewayLimits | None = None,
    **providers: dict[str, Any],
) -> AsyncIterator[Bench]:
    clients = {name: ScriptedClient() for name in providers}
    settings = [provider(name, **fields) for name, fields in providers.items()]
    async with gateway(
        directory,
        settings,
        make=lambda one: clients[one.name],
        clock=clock,
        limits=limits or GatewayLimits(wait=30),
    ) as opened:
        yield Bench(opened, clients)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_people_go_first_then_who_came_first(tmp_path: Path, clock: ManualClock) -> None:
    async with bench(tmp_path, clock, one={"calls_at_once": 1}) as b:
        client = b.clients["one"]
        client.may_answer.clear()
        await b.ask("first")
        for text, priority in (("l", LOW), ("n", NORMAL), ("h1", HIGH), ("h2", HIGH)):
            await b.ask(text, priority)
        client.may_answer.set()
        for text in b.tasks:
            assert await b.outcome(text) == "one"
        assert client.asked == ["first", "h1", "h2", "n", "l"]


async def test_a_full_line_says_so_and_lets_go_of_what_nobody_would_miss(
    tmp_path: Path, clock: ManualClock
) -> None:
    limits = GatewayLimits(wait=30, waiting=2)
    async with bench(tmp_path, clock, limits, one={"calls_at_once": 1}) as b:
        b.clients["one"].may_answer.clear()
        await b.ask("under way")
        await b.ask("old low", LOW)
        await b.ask("new low", LOW)
        await b.ask("one too many", LOW)
        assert await b.outcome("one too many") is Refusal.QUEUE_FULL
        await b.ask("person", HIGH)
        assert await b.outcome("new low") is Refusal.QUEUE_FULL
        await b.ask("other person", HIGH)
        assert await b.outcome("old low") is Refusal.QUEUE_FULL
        await b.ask("third person", HIGH)
        assert await b.outcome("third person") is Refusal.QUEUE_FULL
        b.clients["one"].may_answer.set()
        assert await b.outcome("person") == "one"
        assert await b.outcome("other person") == "one"
        assert b.gateway.stats().refusals == {Refusal.QUEUE_FULL: 4}


async def test_not_more_calls_are_in_flight_than_allowed(
    tmp_path: Path, clock: ManualClock
) -> None:
    limits = GatewayLimits(wait=30, in_flight=3)
    async with bench(tmp_path, clock, limits, one={}, two={}) as b:
        for client in b.clients.values():
            client.may_answer.clear()
        for number in range(8):
            await b.ask(str(number))
        await until(lambda: b.total_asked == 3)
        figures = b.gateway.stats()
        assert (figures.in_flight, figures.waiting) == (3, 5)
        for client in b.clients.values():
            client.may_answer.set()
        for text in b.tasks:
            assert await b.outcome(text) in b.clients


async def test_a_provider_starts_with_few_calls_at_once_and_gets_more_while_it_copes(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with bench(tmp_path, clock, one={"calls_at_once": 16}) as b:
        for number in range(200):
            await b.ask(str(number))
        for text in b.tasks:
            assert await b.outcome(text) == "one"
        assert 4 < b.gateway.stats().providers[0].calls_at_once <= 16


async def test_calls_to_one_account_keep_the_interval_whichever_model_they_go_to(
    tmp_path: Path, clock: ManualClock
) -> None:
    shared = {"min_interval": 5, "organisation": "same"}
    async with bench(tmp_path, clock, one=shared, two=shared) as b:
        for text in ("a", "b", "c"):
            await b.ask(text)
        for expected in (1, 2, 3):
            await until(lambda: b.total_asked >= expected)  # noqa: B023 - awaited in its round
            clock.advance(4.9)
            await b.ask(f"later {expected}", LOW)
            assert b.total_asked == expected
            clock.advance(0.2)


async def test_who_would_wait_beyond_the_deadline_is_refused_at_once(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with bench(tmp_path, clock, one={"min_interval": 100}) as b:
        await b.ask("first")
        assert await b.outcome("first") == "one"
        await b.ask("second")
        assert await b.outcome("second") is Refusal.ALL_FAILED


async def test_a_waiting_call_is_dropped_at_its_deadline(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with bench(tmp_path, clock, one={"calls_at_once": 1}) as b:
        b.clients["one"].may_answer.clear()
        await b.ask("under way")
        await b.ask("waiting")
        clock.advance(30)
        assert await b.outcome("waiting") is Refusal.TIMED_OUT
        b.clients["one"].may_answer.set()
        await b.outcome("under way")
        assert b.asked("one") == ["under way"]


async def test_a_failure_rests_the_account_while_the_message_goes_on_to_the_next(
    tmp_path: Path, clock: ManualClock
) -> None:
    first = {"order": 1, "retry_delay": 10, "retries": 2}
    async with bench(tmp_path, clock, one=first, two={"order": 2}) as b:
        b.clients["one"].failing.append(ProviderError(Failure.SERVER_ERROR))
        await b.ask("a")
        assert await b.outcome("a") == "two"
        assert b.gateway.stats().providers[0].resting_until == clock.now() + 10
        clock.advance(9.9)
        await b.ask("b")
        assert await b.outcome("b") == "two"
        clock.advance(0.2)
        await b.ask("c")
        assert await b.outcome("c") == "one"


async def test_the_only_provider_is_tried_again_after_its_rests_as_long_as_the_person_waits(
    tmp_path: Path, clock: ManualClock
) -> None:
    only = {"retry_delay": 10, "retries": 2}
    async with bench(tmp_path, clock, one=only) as b:
        b.clients["one"].failing += [ProviderError(Failure.SERVER_ERROR)] * 2
        await b.ask("a")
        await until(lambda: len(b.asked("one")) == 1 and b.gateway.stats().in_flight == 0)
        clock.advance(10.1)
        assert await b.outcome("a") is Refusal.ALL_FAILED  # the next rest of 20 s is too long
        assert b.asked("one") == ["a", "a"]


async def test_what_a_provider_refuses_for_its_content_costs_it_nothing(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with bench(tmp_path, clock, one={"order": 1}, two={"order": 2}) as b:
        b.clients["one"].failing.append(ProviderError(Failure.FILTERED))
        await b.ask("a")
        assert await b.outcome("a") == "two"
        await b.ask("b")
        assert await b.outcome("b") == "one"


async def test_a_wrong_key_cuts_the_provider_off_at_once(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with bench(tmp_path, clock, one={"order": 1}, two={"order": 2}) as b:
        b.clients["one"].failing.append(ProviderError(Failure.KEY_REFUSED, status=401))
        for text in ("a", "b", "c"):
            await b.ask(text)
            assert await b.outcome(text) == "two"
        assert b.asked("one") == ["a"]


async def test_equals_share_the_calls_by_weight(tmp_path: Path, clock: ManualClock) -> None:
    async with bench(
        tmp_path, clock, one={"weight": 3}, two={"weight": 1}, spare={"order": 2}
    ) as b:
        for number in range(40):
            await b.ask(str(number))
            await b.outcome(str(number))
        assert [len(client.asked) for client in b.clients.values()] == [30, 10, 0]


async def test_without_providers_nobody_waits(tmp_path: Path, clock: ManualClock) -> None:
    async with bench(tmp_path, clock) as b:
        await b.ask("a")
        assert await b.outcome("a") is Refusal.NO_PROVIDER


async def test_clients_are_let_go_when_the_gate_closes_and_made_anew_when_needed(
    tmp_path: Path, clock: ManualClock
) -> None:
    made: list[ScriptedClient] = []

    def make(_: object) -> ScriptedClient:
        made.append(ScriptedClient())
        return made[-1]

    gates = Gates()
    async with gateway(tmp_path, [provider("one")], make=make, gates=gates, clock=clock) as opened:
        await asyncio.gather(*(complete(opened) for _ in range(4)))
        gates.close(Gate.LLM_CALLS, "test")
        await until(lambda: made[0].is_closed)
        gates.open(Gate.LLM_CALLS, "test")
        await complete(opened)
        assert [client.is_closed for client in made] == [True, False]


async def test_a_client_that_cannot_be_made_fails_as_any_other_and_is_tried_again_later(
    tmp_path: Path, clock: ManualClock
) -> None:
    tries: list[str] = []

    def make(_: object) -> ScriptedClient:
        tries.append("")
        if len(tries) == 1:
            raise ProviderError(Failure.NO_KEY, is_charged=False)
        return ScriptedClient()

    async with gateway(tmp_path, [provider("one")], make=make, clock=clock) as opened:
        with pytest.raises(NoCompletionError):
            await complete(opened)
        assert opened.stats().providers[0].failures == {Failure.NO_KEY: 1}
        assert opened.stats().providers[0].last_failure is Failure.NO_KEY
        clock.advance(31)
        assert (await complete(opened)).text == "yes"
        assert opened.stats().providers[0].last_failure is None

"""Where no provider can answer in time, everybody is told at once: a prepared answer is better."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.replies.completion import NoCompletionError, Refusal, Requester
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.gateway import Gateway
from engine.replies.providers.limits.breaker import FAILURES_IN_A_ROW, FIRST_PAUSE, BreakerState
from engine.replies.providers.limits.budgets import DailyMaximum
from engine.replies.stats import Source
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from engine.storage.llm_usage import Scope
from tests.support.clock import ManualClock
from tests.support.scripted_replies import MARKET_WATCHER, Stage
from tests.support.servers.gateways import ScriptedClient, complete, gateway, provider

AT_ONCE = 2.0  # s
PEOPLE = 100
USUAL: dict[str, Any] = {
    "min_interval": 5.0,
    "retry_delay": 10.0,
    "retries": 2,
}  # where nothing is configured


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    local = LocalProvider()
    asyncio.run(local.start())
    yield local
    asyncio.run(local.stop())


async def told(opened: Gateway, people: int = PEOPLE) -> tuple[Counter[Refusal], float]:
    """How all who ask at once are refused, and the seconds until the last one is."""

    async def ask(person: int) -> Refusal | None:
        try:
            await complete(opened, requester=Requester("anna", person, person))
        except NoCompletionError as error:
            return error.refusal
        return None

    began = time.monotonic()
    ended = await asyncio.gather(*(ask(person) for person in range(1, people + 1)))
    return Counter(one for one in ended if one is not None), time.monotonic() - began


@pytest.mark.alone
@pytest.mark.parametrize("status", [401, 402, 403, 404, 405, 410])
async def test_a_hundred_people_are_told_at_once_when_every_provider_refuses(
    running: LocalProvider, tmp_path: Path, status: int
) -> None:
    rule = await running.add_rule(BehaviourRule(behaviour=Behaviour.REFUSE, status=status))
    providers = [provider(name, running, order=n, **USUAL) for n, name in enumerate("ab", 1)]
    async with gateway(tmp_path, providers, running) as opened:
        for _ in range(2):  # the second time nobody is asked any more
            refusals, took = await told(opened)
            assert refusals.total() == PEOPLE
            assert took < AT_ONCE
        assert [one.calls for one in opened.stats().providers] == [1, 1]
    await running.remove_rule(rule)


@pytest.mark.alone
async def test_a_hundred_people_have_their_prepared_answers_at_once(
    running: LocalProvider, tmp_path: Path
) -> None:
    rule = await running.add_rule(BehaviourRule(behaviour=Behaviour.REFUSE, status=401))
    people = range(1, PEOPLE + 1)
    async with gateway(tmp_path, [provider("one", running, **USUAL)], running) as opened:
        stage = Stage(lambda _: "", complete=opened.complete, agreed=set(people))
        await stage.pipeline.prepare([MARKET_WATCHER])
        began = time.monotonic()
        answers = await asyncio.gather(
            *(stage.ask(f"What of tower {one} here?", chat=one, person=one) for one in people)
        )
        took = time.monotonic() - began
    assert all(answers)
    assert took < AT_ONCE
    assert stage.pipeline.stats().sources == {Source.STATIC: PEOPLE}
    await running.remove_rule(rule)


async def test_a_provider_that_is_mended_is_found_by_one_call_while_nobody_else_waits(
    tmp_path: Path,
) -> None:
    clock, client = ManualClock(), ScriptedClient()
    client.failing.append(ProviderError(Failure.KEY_REFUSED, status=401))
    async with gateway(tmp_path, [provider("one")], make=lambda _: client, clock=clock) as opened:
        assert (await told(opened, 1))[0] == {Refusal.ALL_FAILED: 1}
        clock.advance(FIRST_PAUSE)
        client.may_answer.clear()
        tries = asyncio.create_task(complete(opened))
        while not client.asked[1:]:
            await asyncio.sleep(0)
        assert (await told(opened, 5))[0] == {Refusal.ALL_FAILED: 5}
        client.may_answer.set()
        assert (await tries).text == "yes"


@pytest.mark.alone
async def test_nobody_waits_for_a_breaker_whatever_opened_it(tmp_path: Path) -> None:
    client = ScriptedClient()
    client.failing += [ProviderError(Failure.SERVER_ERROR)] * FAILURES_IN_A_ROW
    one = provider("one", retry_delay=0.0)
    async with gateway(tmp_path, [one], make=lambda _: client) as opened:
        await told(opened, FAILURES_IN_A_ROW)
        assert opened.stats().providers[0].breaker is BreakerState.OPEN
        refusals, took = await told(opened)
        assert refusals == {Refusal.ALL_FAILED: PEOPLE}
        assert took < AT_ONCE


@pytest.mark.alone
async def test_nobody_waits_where_no_key_is_or_no_client_can_be_made(tmp_path: Path) -> None:
    for failure in (Failure.NO_KEY, Failure.PROXY, Failure.CERTIFICATE):

        def make(_: object, failure: Failure = failure) -> ScriptedClient:
            raise ProviderError(failure, is_charged=False)

        directory = tmp_path / failure
        directory.mkdir()
        async with gateway(directory, [provider("one", **USUAL)], make=make) as opened:
            refusals, took = await told(opened)
            assert refusals.total() == PEOPLE
            assert took < AT_ONCE
            assert opened.stats().providers[0].failures == {failure: 1}


async def test_who_waits_is_told_when_the_budget_is_spent_meanwhile(tmp_path: Path) -> None:
    clock, client = ManualClock(), ScriptedClient()
    client.usage = None
    maxima = {Scope.FLEET: DailyMaximum(tokens=200)}  # of which each call may take 90, and takes 42
    async with gateway(
        tmp_path,
        [provider("one", min_interval=10.0)],
        make=lambda _: client,
        clock=clock,
        maxima=maxima,
    ) as opened:
        first, second, third = (asyncio.create_task(complete(opened)) for _ in range(3))
        await first
        client.may_answer.clear()
        clock.advance(10.0)
        with pytest.raises(NoCompletionError) as refused:
            await third
        assert refused.value.refusal is Refusal.BUDGET_SPENT
        client.may_answer.set()
        await second


async def test_who_stands_too_far_back_for_the_accounts_pace_does_not_wait_for_it(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    client = ScriptedClient()
    async with gateway(
        tmp_path, [provider("one", **USUAL)], make=lambda _: client, clock=clock
    ) as opened:
        asked = [asyncio.create_task(complete(opened, f"Message {n}")) for n in range(10)]
        for begun in range(1, 7):  # at 0, 5, … 25 s: a start at 30 s would be too late
            while len(client.asked) < begun:
                await asyncio.sleep(0)
            assert sum(one.done() for one in asked[6:]) == 4
            clock.advance(5.0)
        ended = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one.refusal for one in ended if isinstance(one, NoCompletionError)]
    assert refused == [Refusal.QUEUE_FULL] * 4
    assert client.asked == [f"Message {n}" for n in range(6)]

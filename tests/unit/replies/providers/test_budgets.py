"""Budgets: reserved before a call, settled after it, never forgotten, begun anew each day."""

import asyncio
from pathlib import Path

import pytest

from engine.replies.completion import NoCompletionError, Refusal, Requester
from engine.replies.providers.chat import TokenUsage
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.limits.budgets import Budgets, BudgetSpentError, DailyMaximum
from engine.storage.llm_usage import LlmUsage, Scope
from tests.support.clock import ManualClock
from tests.support.servers.gateways import (
    ANNA,
    ScriptedClient,
    complete,
    gateway,
    open_database,
    provider,
)

ONE = provider("one")  # 1 dollar a million tokens of prompt, 2 of completion
MOST = TokenUsage(1000, 500)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_what_a_call_may_take_is_set_aside_and_the_rest_given_back(
    tmp_path: Path, clock: ManualClock
) -> None:
    database = await open_database(tmp_path, clock)
    maxima = {Scope.PERSON: DailyMaximum(tokens=3000)}
    budgets = Budgets(LlmUsage(database), maxima, clock, database.next_id)
    await budgets.load()
    first = await budgets.reserve(ANNA, ONE, MOST)
    await budgets.reserve(ANNA, ONE, MOST)
    with pytest.raises(BudgetSpentError):
        await budgets.reserve(ANNA, ONE, TokenUsage(1, 0))
    await budgets.reserve(Requester("anna", 43, 43), ONE, MOST)  # somebody else
    assert budgets.settle(first, ONE, TokenUsage(100, 50)) == pytest.approx(0.0002)
    assert budgets.taken(Scope.PERSON, "42").tokens == 1500 + 150
    await budgets.reserve(ANNA, ONE, TokenUsage(1000, 350))
    await database.close()


@pytest.mark.parametrize(
    ("scope", "subject"),
    [
        (Scope.FLEET, ""),
        (Scope.PROVIDER, "one"),
        (Scope.BOT, "anna"),
        (Scope.CHAT, "42"),
        (Scope.PERSON, "42"),
    ],
)
@pytest.mark.parametrize("maximum", [DailyMaximum(tokens=1500), DailyMaximum(cost=0.002)])
async def test_each_budget_holds_by_tokens_and_by_cost(
    tmp_path: Path, clock: ManualClock, scope: Scope, subject: str, maximum: DailyMaximum
) -> None:
    database = await open_database(tmp_path, clock)
    budgets = Budgets(LlmUsage(database), {scope: maximum}, clock, database.next_id)
    await budgets.load()
    assert budgets.has_room(ANNA, ONE, MOST)
    await budgets.reserve(ANNA, ONE, MOST)
    assert not budgets.has_room(ANNA, ONE, MOST)
    taken = budgets.taken(scope, subject)
    assert taken.tokens == 1500
    assert taken.cost == pytest.approx(0.002)
    await database.close()


async def test_what_was_taken_is_known_after_a_restart_and_what_was_under_way_counts_in_full(
    tmp_path: Path, clock: ManualClock
) -> None:
    database = await open_database(tmp_path, clock)
    budgets = Budgets(LlmUsage(database), {}, clock, database.next_id)
    await budgets.load()
    settled, unflushed, _under_way = [await budgets.reserve(ANNA, ONE, MOST) for _ in range(3)]
    budgets.settle(settled, ONE, TokenUsage(100, 50))
    await budgets.flush()
    budgets.settle(unflushed, ONE, TokenUsage(100, 50))
    await database.close()

    for _ in range(2):  # the second time there is nothing left to count
        database = await open_database(tmp_path, clock)
        budgets = Budgets(LlmUsage(database), {}, clock, database.next_id)
        await budgets.load()
        for scope, subject in ((Scope.PERSON, "42"), (Scope.FLEET, ""), (Scope.PROVIDER, "one")):
            taken = budgets.taken(scope, subject)
            assert taken.tokens == 150 + 1500 + 1500
            assert taken.cost == pytest.approx(0.0002 + 0.002 + 0.002)
        await database.close()


async def test_settling_twice_counts_once(tmp_path: Path, clock: ManualClock) -> None:
    database = await open_database(tmp_path, clock)
    stored = LlmUsage(database)
    budgets = Budgets(stored, {}, clock, database.next_id)
    await budgets.load()
    reservation = await budgets.reserve(ANNA, ONE, MOST)
    for _ in range(2):
        budgets.settle(reservation, ONE, TokenUsage(100, 50))
        await budgets.flush()
    (fleet,) = [one for one in await stored.on(reservation.day) if one.scope == Scope.FLEET]
    assert (fleet.calls, fleet.prompt_tokens, fleet.completion_tokens) == (1, 100, 50)
    await database.close()


async def test_budgets_begin_anew_at_midnight_and_yesterdays_calls_count_for_yesterday(
    tmp_path: Path, clock: ManualClock
) -> None:
    database = await open_database(tmp_path, clock)
    stored = LlmUsage(database)
    budgets = Budgets(stored, {Scope.PERSON: DailyMaximum(tokens=1500)}, clock, database.next_id)
    await budgets.load()
    late = await budgets.reserve(ANNA, ONE, MOST)
    clock.advance(86_400 - clock.now() % 86_400)
    assert budgets.has_room(ANNA, ONE, MOST)
    budgets.settle(late, ONE, TokenUsage(100, 50))
    await budgets.flush()
    assert budgets.taken(Scope.PERSON, "42").tokens == 0
    assert {one.prompt_tokens for one in await stored.on(late.day)} == {100}
    await database.close()


async def test_days_long_gone_are_forgotten(tmp_path: Path, clock: ManualClock) -> None:
    database = await open_database(tmp_path, clock)
    stored = LlmUsage(database)
    budgets = Budgets(stored, {}, clock, database.next_id)
    await budgets.load()
    old = await budgets.reserve(ANNA, ONE, MOST)
    budgets.settle(old, ONE, MOST)
    await budgets.flush()
    clock.advance(93 * 86_400)
    await budgets.load()
    assert await stored.on(old.day) == ()
    await database.close()


async def test_many_callers_at_once_cannot_pass_a_budget_together(
    tmp_path: Path, clock: ManualClock
) -> None:
    client = ScriptedClient()
    client.usage = None  # counted by the estimate, which is above what was said
    maxima = {Scope.CHAT: DailyMaximum(tokens=400)}
    many = provider("one", calls_at_once=100)
    async with gateway(
        tmp_path, [many], make=lambda _: client, clock=clock, maxima=maxima
    ) as opened:
        calls = [complete(opened, f"Message {n}") for n in range(60)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
        refused = [one for one in ended if isinstance(one, NoCompletionError)]
        assert {one.refusal for one in refused} == {Refusal.BUDGET_SPENT}
        assert 0 < 60 - len(refused) == len(client.asked)
        assert opened.stats().tokens_today <= 400


async def test_the_figures_name_the_budgets_of_all_and_of_each_provider(
    tmp_path: Path, clock: ManualClock
) -> None:
    maxima = {
        Scope.FLEET: DailyMaximum(tokens=900, cost=2.0),
        Scope.PROVIDER: DailyMaximum(tokens=300),
    }
    async with gateway(
        tmp_path, [provider("one")], make=lambda _: ScriptedClient(), clock=clock, maxima=maxima
    ) as opened:
        figures = opened.stats()
        assert (figures.tokens_budget, figures.cost_budget) == (900, 2.0)
        (one,) = figures.providers
        assert (one.tokens_budget, one.cost_budget) == (300, 0.0)


async def test_a_dearer_provider_is_passed_over_when_only_the_cheaper_fits(
    tmp_path: Path, clock: ManualClock
) -> None:
    dear = provider("dear", order=1, completion_price=1000.0)
    cheap = provider("cheap", order=2)
    async with gateway(
        tmp_path,
        [dear, cheap],
        make=lambda _: ScriptedClient(),
        clock=clock,
        maxima={Scope.FLEET: DailyMaximum(cost=0.01)},
    ) as opened:
        assert (await complete(opened)).provider == "cheap"


@pytest.mark.parametrize(
    ("error", "is_charged"),
    [
        (ProviderError(Failure.RATE_LIMITED, is_charged=False), False),
        (ProviderError(Failure.NO_FIRST_TOKEN), True),
    ],
)
async def test_a_failed_call_costs_its_prompt_only_if_the_provider_may_have_read_it(
    tmp_path: Path, clock: ManualClock, error: ProviderError, is_charged: bool
) -> None:
    client = ScriptedClient()
    client.failing.append(error)
    async with gateway(tmp_path, [provider("one")], make=lambda _: client, clock=clock) as opened:
        with pytest.raises(NoCompletionError):
            await complete(opened)
        assert (opened.stats().tokens_today > 0) is is_charged

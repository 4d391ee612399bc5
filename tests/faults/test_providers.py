"""Providers failing in every way: each message is answered in time or refused, and none twice.

Where a limit is what is tried, it is a tenth of the product's or shorter; where not, nothing
hurries: how busy the machine is proves nothing.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.bus import Bus
from engine.clock import SystemClock
from engine.gates import Gate, Gates
from engine.replies.completion import NoCompletionError, Refusal
from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.failure import Failure, GateClosedError
from engine.replies.providers.gateway import Gateway, GatewayLimits
from engine.replies.providers.http.clients import http_clients
from engine.replies.providers.limits.breaker import FAILURES_IN_A_ROW, FIRST_PAUSE, BreakerState
from engine.replies.providers.limits.budgets import Budgets, DailyMaximum
from engine.replies.providers.limits.tokens import most_tokens
from engine.replies.providers.stats import CompletionStats
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from engine.storage.llm_usage import LlmUsage, Scope
from engine.watch.emergency import EmergencySwitch
from engine.watch.emergency_record import EmergencyRecord
from engine.watch.emergency_state import EmergencyCause
from tests.support.clock import ManualClock
from tests.support.servers.gateways import asking, complete, gateway, keys, open_database, provider


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalProvider]:
    known = keys(tmp_path_factory.mktemp("keys"), {"one": "a-key"})
    http_clients(known, lambda: True, SystemClock())(provider("one"))  # before any time is taken
    local = LocalProvider()
    asyncio.run(local.start())
    yield local
    asyncio.run(local.stop())


@pytest.fixture
async def local(running: LocalProvider) -> LocalProvider:
    await running.clear_rules()
    await running.clear_calls()
    return running


FAULTS = [
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=429), Failure.RATE_LIMITED),
    (
        BehaviourRule(behaviour=Behaviour.REFUSE, status=429, code="insufficient_quota"),
        Failure.OUT_OF_CREDIT,
    ),
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=500), Failure.SERVER_ERROR),
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=503, retry_after=1), Failure.SERVER_ERROR),
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=401), Failure.KEY_REFUSED),
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=404), Failure.UNKNOWN_MODEL),
    (BehaviourRule(behaviour=Behaviour.REFUSE, status=400), Failure.REQUEST_REFUSED),
    (BehaviourRule(behaviour=Behaviour.HANG), Failure.NO_FIRST_TOKEN),
    (BehaviourRule(delay=5.0), Failure.NO_FIRST_TOKEN),
    (BehaviourRule(behaviour=Behaviour.STALL), Failure.SILENCE),
    (BehaviourRule(text="a b c d e f g h i j", token_delay=0.2), Failure.TOO_SLOW),
    (BehaviourRule(behaviour=Behaviour.DROP), Failure.CONNECTION),
    (BehaviourRule(behaviour=Behaviour.TRUNCATE), Failure.TRUNCATED),
    (BehaviourRule(behaviour=Behaviour.TRUNCATE, finish_each=True), Failure.TRUNCATED),
    (BehaviourRule(behaviour=Behaviour.FAIL), Failure.SERVER_ERROR),
    (BehaviourRule(finish="error"), Failure.SERVER_ERROR),
    (BehaviourRule(finish="content_filter"), Failure.FILTERED),
    (BehaviourRule(text="Well, let me see now", finish="length"), Failure.CUT_SHORT),
    (BehaviourRule(text="<think>They ask of bicycles.</think>"), Failure.EMPTY),
    (BehaviourRule(behaviour=Behaviour.EMPTY_BODY), Failure.EMPTY),
    (BehaviourRule(text=" "), Failure.EMPTY),
    (BehaviourRule(behaviour=Behaviour.INVALID_JSON), Failure.INVALID_JSON),
    (BehaviourRule(behaviour=Behaviour.WRONG_CONTENT_TYPE), Failure.WRONG_CONTENT_TYPE),
    (BehaviourRule(behaviour=Behaviour.ENDLESS), Failure.ENDLESS),
]
LIMITS: dict[Failure, dict[str, Any]] = {  # s, where it is they that are tried
    Failure.NO_FIRST_TOKEN: {"first_token_timeout": 0.4},
    Failure.SILENCE: {"silence_timeout": 0.3},
    Failure.TOO_SLOW: {"total_timeout": 1.0},
}
HURRIED: dict[str, Any] = {name: s for limit in LIMITS.values() for name, s in limit.items()}


@pytest.mark.parametrize(
    ("rule", "failure"), FAULTS, ids=[f"{failure}-{n}" for n, (_, failure) in enumerate(FAULTS)]
)
async def test_when_one_provider_fails_the_next_answers_at_once_and_the_kind_is_counted(
    local: LocalProvider, tmp_path: Path, rule: BehaviourRule, failure: Failure
) -> None:
    await local.add_rule(msgspec.structs.replace(rule, models=("bad",)))
    limits = LIMITS.get(failure, {})
    providers = [provider("bad", local, order=1, **limits), provider("good", local, order=2)]
    async with gateway(tmp_path, providers, local) as opened:
        began = time.monotonic()
        completion = await complete(opened)
        took = time.monotonic() - began
        bad, good = opened.stats().providers
    assert took < 15  # its own limits, of a second at the most, not the person's 30 s
    assert completion.provider == "good"
    assert "bicycles" in completion.text
    assert dict(bad.failures) == {failure: 1}
    assert (good.calls, good.answers) == (1, 1)
    calls = await local.calls()
    assert [call.model for call in calls] == ["bad", "good"]


async def test_a_provider_that_is_not_there_costs_no_time_and_no_money(
    local: LocalProvider, tmp_path: Path
) -> None:
    providers = [provider("gone", None, order=1), provider("good", local, order=2)]
    async with gateway(tmp_path, providers, local) as opened:
        assert (await complete(opened)).provider == "good"
        gone, _good = opened.stats().providers
        assert dict(gone.failures) == {Failure.CONNECTION: 1}
        assert gone.cost_today == 0


ALL_AT_ONCE = [
    BehaviourRule(behaviour=Behaviour.HANG),
    BehaviourRule(behaviour=Behaviour.INVALID_JSON),
    BehaviourRule(behaviour=Behaviour.REFUSE, status=429, retry_after=2),
    BehaviourRule(behaviour=Behaviour.ENDLESS),
    BehaviourRule(text="a b c d e f g h i j", token_delay=0.2),
]


async def test_when_all_providers_fail_at_once_everybody_is_told_in_time(
    local: LocalProvider, tmp_path: Path
) -> None:
    async def everybody(number: int, rule: BehaviourRule) -> CompletionStats:
        models = tuple(f"{name}-{number}" for name in ("one", "two", "three"))
        await local.add_rule(msgspec.structs.replace(rule, models=models))
        providers = [provider(model, local, retries=2, **HURRIED) for model in models]
        directory = tmp_path / str(number)
        directory.mkdir()
        async with gateway(directory, providers, local, limits=GatewayLimits(wait=3.0)) as opened:
            waits = await asyncio.gather(*(_wait_in_vain(opened, n) for n in range(15)))
            assert max(waits) < 6  # all the tries that there could be take 12 s
            return opened.stats()

    for figures in await asyncio.gather(*(everybody(*one) for one in enumerate(ALL_AT_ONCE))):
        assert sum(figures.refusals.values()) == 15
        assert set(figures.refusals) <= {Refusal.ALL_FAILED, Refusal.TIMED_OUT}
        assert (figures.in_flight, figures.waiting, figures.answers) == (0, 0, 0)


@pytest.mark.parametrize("kind", [ProviderKind.OPENAI, ProviderKind.COMPATIBLE])
async def test_a_parameter_that_a_model_does_not_take_is_left_out_from_then_on(
    local: LocalProvider, tmp_path: Path, kind: ProviderKind
) -> None:
    limit = "max_tokens" if kind is ProviderKind.COMPATIBLE else "max_completion_tokens"
    await local.add_rule(BehaviourRule(unknown=("temperature", limit, "stream_options")))
    async with gateway(tmp_path, [provider("strict", local, kind=kind)], local) as opened:
        for _ in range(2):
            assert "bicycles" in (await complete(opened)).text
    calls = await local.calls()
    assert [call.status for call in calls] == [400, 400, 400, 200, 200]


async def test_no_call_goes_without_a_limit_of_tokens(local: LocalProvider, tmp_path: Path) -> None:
    await local.add_rule(BehaviourRule(unknown=("max_tokens", "max_completion_tokens")))
    async with gateway(tmp_path, [provider("strict", local)], local) as opened:
        with pytest.raises(NoCompletionError):
            await complete(opened)
        (strict,) = opened.stats().providers
    assert strict.failures == {Failure.REQUEST_REFUSED: 1}


async def test_an_answer_in_one_piece_is_as_good(local: LocalProvider, tmp_path: Path) -> None:
    await local.add_rule(BehaviourRule(whole=True))
    async with gateway(tmp_path, [provider("whole", local)], local) as opened:
        assert "bicycles" in (await complete(opened)).text
        (whole,) = opened.stats().providers
    assert whole.completion_tokens > 0


async def test_pauses_between_words_that_each_carry_a_reason_cut_no_answer(
    local: LocalProvider, tmp_path: Path
) -> None:
    await local.add_rule(BehaviourRule(text="One two. Three.", finish_each=True, token_delay=0.7))
    async with gateway(tmp_path, [provider("slow", local)], local) as opened:
        assert (await complete(opened)).text == "One two. Three."


async def test_absurd_figures_take_no_more_than_was_set_aside(
    local: LocalProvider, tmp_path: Path
) -> None:
    rule = await local.add_rule(BehaviourRule(figures=1 << 62))
    directory, maxima = tmp_path, {Scope.FLEET: DailyMaximum(tokens=1_000)}
    async with gateway(directory, [provider("mad", local)], local, maxima=maxima) as opened:
        most = most_tokens(asking())
        completion = await complete(opened)
        assert (completion.prompt_tokens, completion.completion_tokens) == (40, 50)
        assert opened.stats().tokens_today == most.prompt + most.completion
        await local.remove_rule(rule)
        assert (await complete(opened)).provider == "mad"


async def _wait_in_vain(opened: Gateway, number: int) -> float:
    began = time.monotonic()
    with pytest.raises(NoCompletionError):
        await complete(opened, f"Message {number}")
    return time.monotonic() - began


@pytest.mark.alone
async def test_while_providers_fail_now_and_then_every_message_gets_one_answer_in_time(
    local: LocalProvider, tmp_path: Path
) -> None:
    for behaviour in Behaviour:
        if behaviour is not Behaviour.ANSWER:
            await local.add_rule(
                BehaviourRule(behaviour=behaviour, models=("bad",), probability=0.15)
            )
    await local.add_rule(
        BehaviourRule(behaviour=Behaviour.REFUSE, models=("limited",), skip=20, times=5)
    )
    providers = [
        provider("bad", local, retry_delay=0.1, **HURRIED),
        provider("limited", local, retry_delay=0.1, **HURRIED),
        provider("spare", local, order=2),
    ]
    async with gateway(tmp_path, providers, local, limits=GatewayLimits(wait=10.0)) as opened:
        took: list[float] = []

        async def ask(number: int) -> str:
            await asyncio.sleep(number * 0.02)  # the pace of arrival, not a wait for anything
            began = time.monotonic()
            completion = await complete(opened, f"Message {number}")
            took.append(time.monotonic() - began)
            return completion.text

        answers = await asyncio.gather(*(ask(number) for number in range(100)))
        figures = opened.stats()
    assert len(answers) == 100
    assert all(answers)
    assert max(took) < 10.5
    assert sum(one.answers for one in figures.providers) == 100
    bad, _limited, spare = figures.providers
    assert bad.failures
    assert spare.answers > 0


async def test_a_breaker_opens_lets_one_probe_through_and_closes_again(
    local: LocalProvider, tmp_path: Path
) -> None:
    clock = ManualClock()
    rule = await local.add_rule(
        BehaviourRule(behaviour=Behaviour.REFUSE, status=500, models=("bad",))
    )
    providers = [
        provider("bad", local, order=1, retry_delay=0),
        provider("good", local, order=2, calls_at_once=100),
    ]
    async with gateway(tmp_path, providers, local, clock=clock) as opened:

        def state() -> BreakerState:
            return opened.stats().providers[0].breaker

        for number in range(FAILURES_IN_A_ROW):
            assert state() is BreakerState.CLOSED
            await complete(opened, f"Message {number}")
        assert state() is BreakerState.OPEN
        await asyncio.gather(*(complete(opened, f"Meanwhile {n}") for n in range(10)))
        assert await _calls(local, "bad") == FAILURES_IN_A_ROW

        clock.advance(FIRST_PAUSE)
        assert state() is BreakerState.HALF_OPEN
        await asyncio.gather(*(complete(opened, f"All at once {n}") for n in range(8)))
        assert await _calls(local, "bad") == FAILURES_IN_A_ROW + 1
        assert state() is BreakerState.OPEN

        await local.remove_rule(rule)
        clock.advance(2 * FIRST_PAUSE)
        for number in range(2):
            assert state() is BreakerState.HALF_OPEN
            assert (await complete(opened, f"Probe {number}")).provider == "bad"
        assert state() is BreakerState.CLOSED


async def _calls(local: LocalProvider, model: str) -> int:
    return sum(call.model == model for call in await local.calls())


async def test_when_the_gate_closes_calls_under_way_end_and_none_leaves_until_it_opens(
    local: LocalProvider, tmp_path: Path
) -> None:
    rule = await local.add_rule(BehaviourRule(behaviour=Behaviour.HANG))
    gates = Gates()
    async with gateway(
        tmp_path, [provider("one", local, calls_at_once=2)], local, gates=gates
    ) as opened:
        calls = [asyncio.create_task(complete(opened)) for _ in range(5)]
        await local.wait_for_calls(begun=2)
        gates.close(Gate.LLM_CALLS, "test")
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [getattr(error, "refusal", error) for error in ended] == [Refusal.GATE_CLOSED] * 5
        await local.wait_for_calls(begun=2, ended=2)
        with pytest.raises(NoCompletionError) as refused:
            await complete(opened)
        assert refused.value.refusal is Refusal.GATE_CLOSED
        await local.remove_rule(rule)
        assert (await local.ledger()).total == 2
        gates.open(Gate.LLM_CALLS, "test")
        assert (await complete(opened)).provider == "one"


async def test_a_client_kept_beyond_the_closing_of_the_gate_reaches_no_socket(
    local: LocalProvider, tmp_path: Path
) -> None:
    gates = Gates()
    make = http_clients(
        keys(tmp_path, {"one": local.api_key}),
        lambda: gates.is_open(Gate.LLM_CALLS),
        ManualClock(),
    )
    client = await asyncio.to_thread(make, provider("one", local))
    assert [delta.text async for delta in client.stream(asking())]
    gates.close(Gate.LLM_CALLS, "test")
    with pytest.raises(GateClosedError):
        await anext(client.stream(asking()))
    assert (await local.ledger()).total == 1
    await client.close()


async def test_emergency_mode_lets_no_call_leave_over_restarts_and_ends_without_one(
    local: LocalProvider, tmp_path: Path
) -> None:
    for life in ("entered", "restarted"):
        gates = Gates()
        emergency = _emergency(gates, tmp_path)
        async with gateway(tmp_path, [provider("one", local)], local, gates=gates) as opened:
            if life == "entered":
                await complete(opened)
                emergency.enter(EmergencyCause.OPERATOR)
            else:
                emergency.resume()
            with pytest.raises(NoCompletionError) as refused:
                await complete(opened)
            assert refused.value.refusal is Refusal.GATE_CLOSED
            assert (await local.ledger()).total == 1
            if life == "restarted":
                emergency.leave()
                assert (await complete(opened)).provider == "one"


def _emergency(gates: Gates, directory: Path) -> EmergencySwitch:
    return EmergencySwitch(gates, Bus(_fail), SystemClock(), EmergencyRecord(directory), _fail)


def _fail(error: BaseException) -> None:
    raise error


async def test_no_part_of_a_key_or_prompt_is_written_down_whatever_the_provider_repeats(
    local: LocalProvider, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "sk-wrongkeyofnobodyinparticular"
    make = http_clients(keys(tmp_path, {"one": key}), lambda: True, SystemClock())
    async with gateway(tmp_path, [provider("one", local)], make=make) as opened:
        with pytest.raises(NoCompletionError):
            await complete(opened, "My secret question")
        assert opened.stats().providers[0].failures == {Failure.KEY_REFUSED: 1}
    assert "one: key_refused (401)" in caplog.text
    for part in (key[:8], key[-4:], "secret question"):
        assert part not in caplog.text


async def test_a_person_who_went_away_leaves_no_call_behind(
    local: LocalProvider, tmp_path: Path
) -> None:
    await local.add_rule(BehaviourRule(behaviour=Behaviour.HANG))
    async with gateway(tmp_path, [provider("one", local)], local) as opened:
        call = asyncio.create_task(complete(opened))
        await local.wait_for_calls(begun=1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await local.wait_for_calls(begun=1, ended=1)
        assert opened.stats().in_flight == 0


async def test_kill_9_forgets_nothing_that_was_spent(local: LocalProvider, tmp_path: Path) -> None:
    spent = 0
    for life, calls in enumerate((20, 40)):
        await local.clear_calls()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.spending_process"),
            *(tmp_path, local.base_url, "one"),
            stdin=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(f"{local.api_key}\n".encode())
        await local.wait_for_calls(begun=calls)
        process.kill()
        await process.wait()
        ledger = await local.wait_for_calls(ended=(await local.ledger()).total)
        spent += sum(call.prompt_tokens + call.completion_tokens for call in ledger.calls)

        clock = SystemClock()
        database = await open_database(tmp_path, clock)
        budgets = Budgets(LlmUsage(database), {}, clock, database.next_id)
        await budgets.load()
        known = budgets.taken(Scope.FLEET).tokens
        persons = [budgets.taken(Scope.PERSON, str(n)).tokens for n in range(1, 9)]
        await database.close()
        assert sum(persons) == known
        assert spent <= known, life

"""The local LLM provider answers, refuses and misbehaves as it is told, and notes every call."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from engine.errors import SimulatorError
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from tests.support.servers.provider_caller import ask, hang_up, question, send


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    provider = LocalProvider()
    asyncio.run(provider.start())
    yield provider
    asyncio.run(provider.stop())


@pytest.fixture
async def provider(running: LocalProvider) -> AsyncIterator[LocalProvider]:
    yield running
    await running.clear_rules()
    await running.clear_calls()


async def test_the_same_question_gets_the_same_answer_and_another_another(
    provider: LocalProvider,
) -> None:
    first, again, other = [
        (await ask(provider, question(text))).json["choices"][0]["message"]["content"]
        for text in ("What of bicycles?", "What of bicycles?", "What of mountains?")
    ]
    assert first == again
    assert "bicycles" in first
    assert "mountains" in other


async def test_it_answers_in_the_language_it_is_asked_in(provider: LocalProvider) -> None:
    answer = await ask(provider, question("Bisikletler için ne düşünüyorsun?"))
    assert set("ığşüçö") & set(answer.json["choices"][0]["message"]["content"])


async def test_a_stream_carries_the_same_answer_as_a_whole_reply(provider: LocalProvider) -> None:
    whole = await ask(provider, question())
    stream = await ask(provider, question(stream=True))
    assert stream.headers["content-type"].startswith("text/event-stream")
    deltas = [event["choices"][0]["delta"].get("content", "") for event in stream.events]
    assert "".join(deltas) == whole.json["choices"][0]["message"]["content"]
    assert stream.events[-1]["choices"][0]["finish_reason"] == "stop"


async def test_a_stream_ends_with_the_usage_only_if_asked_to(provider: LocalProvider) -> None:
    whole = await ask(provider, question())
    plain = await ask(provider, question(stream=True))
    counted = await ask(provider, question(stream=True, stream_options={"include_usage": True}))
    assert all("usage" not in event for event in plain.events)
    *chunks, last = counted.events
    assert {event["usage"] for event in chunks} == {None}
    assert last["choices"] == []
    assert last["usage"] == whole.json["usage"]


async def test_usage_adds_up_and_grows_with_the_prompt(provider: LocalProvider) -> None:
    short = (await ask(provider, question("One."))).json["usage"]
    long = (await ask(provider, question("One, two, three, four, five."))).json["usage"]
    assert long["prompt_tokens"] - short["prompt_tokens"] == 4
    assert short["prompt_tokens"] + short["completion_tokens"] == short["total_tokens"]


async def test_a_token_limit_cuts_the_answer(provider: LocalProvider) -> None:
    answer = (await ask(provider, question(max_tokens=2))).json
    assert answer["usage"]["completion_tokens"] == 2
    assert answer["choices"][0]["finish_reason"] == "length"


async def test_a_wrong_key_is_refused_and_noted_without_the_key(provider: LocalProvider) -> None:
    refused = await ask(provider, question(), key="sk-wrong")
    accepted = await ask(provider, question())
    assert (refused.status, accepted.status) == (401, 200)
    assert refused.json["error"]["code"] == "invalid_api_key"
    calls = await provider.calls()
    assert [call.status for call in calls] == [401, 200]
    assert calls[0].key_digest != calls[1].key_digest
    assert "sk-wrong" not in repr(calls)
    assert provider.api_key not in repr(calls)


@pytest.mark.parametrize("asked", [{"model": "m"}, {"model": "m", "messages": []}, {}])
async def test_a_request_that_makes_no_sense_is_refused(
    provider: LocalProvider, asked: dict[str, object]
) -> None:
    answer = await ask(provider, asked)
    assert answer.status == 400
    assert answer.json["error"]["message"]


async def test_a_rate_limit_says_when_to_come_back_and_passes(provider: LocalProvider) -> None:
    await provider.add_rule(
        BehaviourRule(behaviour=Behaviour.REFUSE, status=429, retry_after=7, times=2)
    )
    answers = [await ask(provider, question()) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[0].json["error"]["code"] == "rate_limit_exceeded"


async def test_a_rule_for_one_model_leaves_the_others_alone(provider: LocalProvider) -> None:
    await provider.add_rule(
        BehaviourRule(behaviour=Behaviour.REFUSE, status=503, models=("local-large",))
    )
    assert (await ask(provider, question(model="local-small"))).status == 200
    assert (await ask(provider, question(model="local-large"))).status == 503


async def test_an_answer_can_be_scripted_for_a_question(provider: LocalProvider) -> None:
    await provider.add_rule(BehaviourRule(containing="weather", text="It rains."))
    scripted = await ask(provider, question("How is the weather?"))
    made = await ask(provider, question("How are you?"))
    assert scripted.json["choices"][0]["message"]["content"] == "It rains."
    assert made.json["choices"][0]["message"]["content"] != "It rains."


async def test_a_removed_rule_decides_nothing(provider: LocalProvider) -> None:
    number = await provider.add_rule(BehaviourRule(behaviour=Behaviour.REFUSE))
    await provider.remove_rule(number)
    assert (await ask(provider, question())).status == 200


@pytest.mark.parametrize("stream", [False, True])
async def test_a_hanging_call_sends_nothing_until_the_caller_gives_up(
    provider: LocalProvider, *, stream: bool
) -> None:
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.HANG, times=1))
    reader, writer = await send(provider, question(stream=stream))
    await provider.wait_for_calls(begun=1)
    await ask(provider, question())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.05)
    assert (await provider.ledger()).ended == 1
    await hang_up(writer)
    ledger = await provider.wait_for_calls(ended=2)
    assert [call.complete for call in ledger.calls] == [False, True]


async def test_slow_tokens_come_one_by_one(provider: LocalProvider) -> None:
    await provider.add_rule(BehaviourRule(text="one two three", token_delay=0.02))
    reader, writer = await send(provider, question(stream=True))
    await reader.readuntil(b"one")
    assert b"three" not in await reader.readuntil(b"\n\n")
    rest = await reader.read()
    assert rest.index(b"two") < rest.index(b"three")
    await hang_up(writer)
    (call,) = (await provider.wait_for_calls(ended=1)).calls
    assert call.ended_at is not None
    assert call.ended_at - call.at >= 0.06


async def test_a_stalled_stream_stops_half_way_and_keeps_the_connection(
    provider: LocalProvider,
) -> None:
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.STALL, text="one two three four"))
    reader, writer = await send(provider, question(stream=True))
    await reader.readuntil(b"two")
    await reader.readuntil(b"\n\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.05)
    await hang_up(writer)
    (call,) = (await provider.wait_for_calls(ended=1)).calls
    assert (call.completion_tokens, call.complete) == (2, False)


async def test_a_dropped_stream_ends_half_way(provider: LocalProvider) -> None:
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.DROP, text="one two three four"))
    reader, writer = await send(provider, question(stream=True))
    received = await reader.read()
    await hang_up(writer)
    assert b"two" in received
    assert b"three" not in received
    assert b"[DONE]" not in received


async def test_an_endless_answer_ends_only_when_the_caller_gives_up(
    provider: LocalProvider,
) -> None:
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.ENDLESS))
    reader, writer = await send(provider, question(stream=True))
    for _ in range(100):
        await reader.readuntil(b" more")
    assert (await provider.ledger()).ended == 0
    await hang_up(writer)
    (call,) = (await provider.wait_for_calls(ended=1)).calls
    assert call.completion_tokens >= 100
    assert not call.complete


async def test_it_can_lie_with_a_good_status(provider: LocalProvider) -> None:
    bodies = {}
    for behaviour in (Behaviour.EMPTY_BODY, Behaviour.INVALID_JSON, Behaviour.WRONG_CONTENT_TYPE):
        await provider.add_rule(BehaviourRule(behaviour=behaviour, times=1))
        bodies[behaviour] = await ask(provider, question())
    assert {answer.status for answer in bodies.values()} == {200}
    assert bodies[Behaviour.EMPTY_BODY].body == b""
    with pytest.raises(ValueError, match="Unterminated string"):
        _ = bodies[Behaviour.INVALID_JSON].json
    assert bodies[Behaviour.WRONG_CONTENT_TYPE].headers["content-type"].startswith("text/html")


async def test_the_ledger_tells_of_each_call(provider: LocalProvider) -> None:
    await ask(provider, question(model="local-large"))
    await ask(provider, question(stream=True))
    ledger = await provider.wait_for_calls(ended=2)
    assert [call.number for call in ledger.calls] == [1, 2]
    assert [call.model for call in ledger.calls] == ["local-large", "local-small"]
    assert [call.streamed for call in ledger.calls] == [False, True]
    whole, stream = ledger.calls
    assert whole.completion_tokens == stream.completion_tokens > 0
    assert whole.complete
    assert stream.complete


async def test_a_call_under_way_when_the_ledger_is_cleared_is_forgotten(
    provider: LocalProvider,
) -> None:
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.HANG, times=1))
    _, writer = await send(provider, question())
    await provider.wait_for_calls(begun=1)
    await provider.clear_calls()
    await hang_up(writer)
    await ask(provider, question())
    ledger = await provider.wait_for_calls(ended=1)
    assert (ledger.total, ledger.ended) == (1, 1)


async def test_waiting_for_calls_that_never_come_ends_in_an_error(provider: LocalProvider) -> None:
    with pytest.raises(SimulatorError, match="saw 0 calls begin"):
        await provider.wait_for_calls(begun=1, within=0.01)

"""The official client of OpenAI understands the local provider."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import openai
import pytest

from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule


@pytest.fixture(scope="module")
def running() -> Iterator[LocalProvider]:
    provider = LocalProvider()
    asyncio.run(provider.start())
    yield provider
    asyncio.run(provider.stop())


@pytest.fixture
async def client(running: LocalProvider) -> AsyncIterator[openai.AsyncOpenAI]:
    await running.clear_rules()
    async with openai.AsyncOpenAI(
        base_url=running.base_url, api_key=running.api_key, max_retries=0, timeout=60.0
    ) as client:
        yield client


async def test_it_reads_a_whole_answer(client: openai.AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(
        model="local-small", messages=[{"role": "user", "content": "What of bicycles?"}]
    )
    assert "bicycles" in (answer.choices[0].message.content or "")
    assert answer.usage is not None
    assert answer.usage.total_tokens > answer.usage.completion_tokens > 0


async def test_it_reads_a_stream_with_usage(client: openai.AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model="local-small",
        messages=[{"role": "user", "content": "What of bicycles?"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    events = [event async for event in stream]
    text = "".join(event.choices[0].delta.content or "" for event in events if event.choices)
    assert "bicycles" in text
    usage = events[-1].usage
    assert usage is not None
    assert usage.completion_tokens > 0


async def test_it_lists_the_models(client: openai.AsyncOpenAI) -> None:
    assert "local-small" in [model.id async for model in client.models.list()]


async def test_it_tells_a_wrong_key(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.AuthenticationError):
        await client.with_options(api_key="sk-wrong").models.list()


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (
            BehaviourRule(behaviour=Behaviour.REFUSE, status=429, retry_after=1),
            openai.RateLimitError,
        ),
        (BehaviourRule(behaviour=Behaviour.REFUSE, status=500), openai.InternalServerError),
        (BehaviourRule(behaviour=Behaviour.REFUSE, status=404), openai.NotFoundError),
        (BehaviourRule(behaviour=Behaviour.DROP), openai.APIConnectionError),
    ],
)
async def test_it_tells_one_failure_from_another(
    running: LocalProvider,
    client: openai.AsyncOpenAI,
    rule: BehaviourRule,
    error: type[openai.APIError],
) -> None:
    await running.add_rule(rule)
    with pytest.raises(error):
        await client.chat.completions.create(
            model="local-small", messages=[{"role": "user", "content": "Hi"}]
        )

"""A provider within the process: answers after a while in moved time, so many times a minute."""

import asyncio
import random
import tomllib
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import openai

from engine.simulator.provider.answers import prompt_tokens, tokens
from engine.simulator.provider.completion import Completion
from engine.simulator.provider.refusal import refusal
from engine.simulator.provider.request import ChatRequest, decode

_ANSWERS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "day_texts.toml").read_text("utf-8")
)["answers"]
_MINUTE = 60.0  # s
_FAILING = 0.01  # of calls, with a 503


class Meter:
    """So many calls within any minute of the loop's time."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._taken: deque[float] = deque()
        self.asked = 0
        self.refused = 0

    def take(self) -> float:
        """Seconds until a call is taken, 0: this one is."""
        self.asked += 1
        now = asyncio.get_running_loop().time()
        while self._taken and self._taken[0] <= now - _MINUTE:
            self._taken.popleft()
        if len(self._taken) >= self._per_minute:
            self.refused += 1
            return self._taken[0] + _MINUTE - now
        self._taken.append(now)
        return 0.0


class MeteredProvider(httpx2.AsyncBaseTransport):
    """What the SDK's requests reach instead of a network."""

    def __init__(self, per_minute: int, seed: int) -> None:
        self.meter = Meter(per_minute)
        self._chance = random.Random(seed)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        asked = decode(await request.aread())
        if wait := self.meter.take():
            headers = {"retry-after": f"{wait:.0f}", "content-type": "application/json"}
            return httpx2.Response(429, headers=headers, content=refusal(429, "Too many requests"))
        await asyncio.sleep(self._chance.lognormvariate(-0.4, 0.5))  # half within 0.7 s
        if self._chance.random() < _FAILING:
            return httpx2.Response(503, content=refusal(503, "Overloaded"))
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, stream=_Answer(self._completion(asked)))

    def _completion(self, asked: ChatRequest) -> Completion:
        texts = [message.text for message in asked.messages]
        pieces = tokens(self._answer("tr" if "Write in Turkish" in texts[0] else "en"))
        return Completion(
            self.meter.asked, 0, asked.model, tuple(pieces), prompt_tokens(texts), cut=False
        )

    def _answer(self, language: str) -> str:
        parts, pick = _ANSWERS[language], self._chance.choice
        a, b, c = self._chance.sample(parts["noun"], 3)
        body = pick(parts["body"]).format(a=a, b=b)
        return f"{pick(parts['opener'])} {body}. {pick(parts['closer']).format(c=c).capitalize()}"


class _Answer(httpx2.AsyncByteStream):
    """The answer's events, half a second apart in all."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion

    async def __aiter__(self) -> AsyncIterator[bytes]:
        events = [event for event, _ in self._completion.events(with_usage=True)]
        half = len(events) // 2
        yield b"".join(events[:half])
        await asyncio.sleep(0.5)
        yield b"".join(events[half:])

    async def aclose(self) -> None:
        pass


def reached_by_the_sdk(provider: MeteredProvider) -> AbstractContextManager[object]:
    """Every client the SDK makes meanwhile talks to `provider`."""
    client = partial(openai.DefaultAsyncHttpxClient, transport=provider)
    return mock.patch.object(openai, "DefaultAsyncHttpxClient", client)

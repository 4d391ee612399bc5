"""A provider within the process: answers after a while in moved time, so many times a minute."""

import asyncio
import random
import tomllib
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from engine.replies.completion import Prompt
from engine.replies.providers import opening
from engine.replies.providers.chat import Delta
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.configuration.parameters import Parameters
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.http.answer_stream import read_answer
from engine.replies.providers.refusals import HttpRefusal
from engine.simulator.provider.answers import prompt_tokens, tokens
from engine.simulator.provider.completion import ChatCompletion
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


class MeteredProvider:
    """Stands where the network would be; what it sends is read as from there."""

    def __init__(self, per_minute: int, seed: int) -> None:
        self.meter = Meter(per_minute)
        self._chance = random.Random(seed)

    async def answer(self, request: bytes) -> AsyncIterator[bytes]:
        """The events of an answer, half a second apart in all; raises ProviderError."""
        asked = decode(request)
        if wait := self.meter.take():
            told = refusal(429, "Too many requests").decode()
            raise HttpRefusal(429, f"{wait:.0f}", told).in_our_terms(0.0)
        await asyncio.sleep(self._chance.lognormvariate(-0.4, 0.5))  # half within 0.7 s
        if self._chance.random() < _FAILING:
            raise HttpRefusal(503, None, refusal(503, "Overloaded").decode()).in_our_terms(0.0)
        events = [event for event, _ in self._completion(asked).events(with_usage=True)]
        half = len(events) // 2
        yield b"".join(events[:half])
        await asyncio.sleep(0.5)
        yield b"".join(events[half:])

    def _completion(self, asked: ChatRequest) -> ChatCompletion:
        texts = [message.text for message in asked.messages]
        pieces = tokens(self._answer("tr" if "Write in Turkish" in texts[0] else "en"))
        return ChatCompletion(
            self.meter.asked, 0, asked.model, tuple(pieces), prompt_tokens(texts), cut=False
        )

    def _answer(self, language: str) -> str:
        parts, pick = _ANSWERS[language], self._chance.choice
        a, b, c = self._chance.sample(parts["noun"], 3)
        body = pick(parts["body"]).format(a=a, b=b)
        return f"{pick(parts['opener'])} {body}. {pick(parts['closer']).format(c=c).capitalize()}"


class _Client:
    """Of one of its models."""

    def __init__(self, provider: MeteredProvider, settings: ProviderSettings) -> None:
        self._provider = provider
        self._parameters = Parameters(settings)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        request = msgspec.json.encode(self._parameters.of(prompt))
        async for delta in read_answer(self._provider.answer(request)):
            yield delta

    async def close(self) -> None:
        pass


def reached_without_network(provider: MeteredProvider) -> AbstractContextManager[object]:
    """Every gateway opened meanwhile asks `provider`."""

    def clients(*_: object) -> MakeClient:
        return lambda settings: _Client(provider, settings)

    return mock.patch.object(opening, "http_clients", clients)

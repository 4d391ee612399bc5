"""Records every call to the local LLM provider, without its texts and its key."""

import asyncio
import hashlib
import re
import time
from collections import deque
from collections.abc import Sequence

import msgspec

from engine.simulator.provider.rules import Behaviour

_MARK = re.compile(r"\bmark\d+\b")
_CAPACITY = 20_000  # calls


class ProviderCall(msgspec.Struct, kw_only=True):
    """One chat completion; tokens as in its usage figures."""

    number: int  # from 1
    at: float  # seconds since the epoch
    model: str
    key_digest: str
    messages: int
    streamed: bool
    marks: tuple[str, ...] = ()  # words like mark12 in its messages, which tests write
    behaviour: Behaviour = Behaviour.ANSWER
    status: int = 200
    prompt_tokens: int = 0
    completion_tokens: int = 0  # the tokens sent, if the answer broke off
    ended_at: float | None = None  # None: under way
    complete: bool = False  # the caller received everything


class ProviderCalls(msgspec.Struct, frozen=True):
    """The newest calls, oldest first, and how many there ever were."""

    total: int
    ended: int
    calls: tuple[ProviderCall, ...]


def digest(key: str) -> str:
    """Return a digest that distinguishes keys without revealing them."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


class Ledger:
    """Counts all calls, keeps the newest, and wakes callers that wait for more."""

    def __init__(self) -> None:
        self._calls: deque[ProviderCall] = deque(maxlen=_CAPACITY)
        self._under_way: dict[int, ProviderCall] = {}
        self._total = 0
        self._ended = 0
        self._changed = asyncio.Condition()

    async def begin(
        self, model: str, key: str, messages: Sequence[str], *, streamed: bool
    ) -> ProviderCall:
        """Record a call as under way, and return it; the caller fills in the result."""
        self._total += 1
        call = ProviderCall(
            number=self._total,
            at=time.time(),
            model=model,
            key_digest=digest(key),
            messages=len(messages),
            streamed=streamed,
            marks=tuple(_MARK.findall("\n".join(messages))),
        )
        self._calls.append(call)
        self._under_way[id(call)] = call
        await self._wake()
        return call

    async def end(self, call: ProviderCall) -> None:
        """Record the end of a call."""
        call.ended_at = time.time()
        if self._under_way.pop(id(call), None) is not None:
            self._ended += 1
        await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def wait(self, begun: int, ended: int, at_most: float) -> None:
        """Wait until so many calls have begun and ended, or `at_most` seconds have passed."""
        try:
            async with asyncio.timeout(at_most), self._changed:
                await self._changed.wait_for(lambda: self._total >= begun and self._ended >= ended)
        except TimeoutError:
            pass

    def view(self) -> ProviderCalls:
        """Return the recorded calls."""
        return ProviderCalls(self._total, self._ended, tuple(self._calls))

    def clear(self) -> None:
        """Reset the counts; calls under way are not counted when they end."""
        self._calls.clear()
        self._under_way.clear()
        self._total = self._ended = 0

"""Answers read from bytes, as if they came over the network in given pieces."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import Any

from engine.replies.completion import Prompt
from engine.replies.providers.attempt import Attempt, Patience
from engine.replies.providers.chat import Delta
from engine.replies.providers.http.answer_stream import read_answer
from tests.support.servers.gateways import asking


def chunk(text: object = None, finish: object = None, **fields: Any) -> str:
    """A chunk's JSON."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return json.dumps({"choices": [choice]} | fields)


def events(*data: str) -> bytes:
    """A stream of such data, one event each."""
    return "".join(f"data: {one}\n\n" for one in data).encode()


class BytesClient:
    """Sends these pieces, then ends in an orderly way, or waits for ever, or raises an error."""

    def __init__(self, pieces: Iterable[bytes], end: BaseException | None = None) -> None:
        self._pieces = pieces
        self._end = end

    async def _body(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._end is not None:
            raise self._end

    async def stream(self, _: Prompt) -> AsyncGenerator[Delta, None]:
        async for delta in read_answer(self._body()):
            yield delta

    async def close(self) -> None:
        pass


async def read(*pieces: bytes, end: BaseException | None = None, tokens: int = 200) -> str:
    """The answer; raises ProviderError."""
    attempt = Attempt(asking(max_tokens=tokens), Patience(30.0, 30.0, 30.0))
    return await attempt.run(BytesClient(pieces, end))

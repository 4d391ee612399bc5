"""Builds the bytes of a reply for each behaviour, good and bad."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice, repeat

from engine.simulator.provider.completion import ChatCompletion, Piece
from engine.simulator.provider.refusal import refusal
from engine.simulator.provider.reply import ConnectionDroppedError
from engine.simulator.provider.rules import Behaviour, BehaviourRule

_PAGE = b"<!doctype html><title>Maintenance</title><p>We will be back soon.</p>"
_AFTER_HALF = {
    Behaviour.INVALID_JSON: b'data: {"choices": [{"delta"\n\n',
    Behaviour.FAIL: b"data: " + refusal(500, "Out of memory.") + b"\n\ndata: [DONE]\n\n",
}
_ENDLESS_PACE = 0.001  # seconds a token, so that an endless answer lets the loop work


@dataclass(frozen=True, slots=True)
class Body:
    """A completion to send, or to spoil as a rule says."""

    completion: ChatCompletion
    rule: BehaviourRule
    streamed: bool
    with_usage: bool

    def headers(self) -> dict[str, str]:
        """Return the headers of the reply."""
        if self.rule.behaviour is Behaviour.WRONG_CONTENT_TYPE:
            return {"content-type": "text/html; charset=utf-8"}
        if self.rule.behaviour is Behaviour.REFUSE:
            wait = self.rule.retry_after
            retry = {} if wait is None else {"retry-after": f"{wait:g}"}
            return {"content-type": "application/json"} | retry
        if self.streamed:
            return {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
        return {"content-type": "application/json"}

    async def pieces(self) -> AsyncIterator[Piece]:
        """Yield what is sent, with the rule's delays; may never end, or raise to disconnect."""
        await asyncio.sleep(self.rule.delay)
        for piece in self._pieces():
            await asyncio.sleep(self.rule.token_delay * piece[1])
            yield piece
        match self.rule.behaviour:
            case Behaviour.HANG | Behaviour.STALL:
                await asyncio.Event().wait()
            case Behaviour.DROP:
                raise ConnectionDroppedError
            case Behaviour.ENDLESS:
                async for piece in self._for_ever():
                    yield piece
            case _:
                pass

    def _pieces(self) -> Iterator[Piece]:
        match self.rule.behaviour:
            case Behaviour.ANSWER:
                yield from self._good()
            case Behaviour.REFUSE:
                yield refusal(self.rule.status, "Refused by a rule.", self.rule.code), 0
            case (
                Behaviour.STALL
                | Behaviour.DROP
                | Behaviour.TRUNCATE
                | Behaviour.FAIL
                | Behaviour.INVALID_JSON
            ):
                yield from self._first_half()
                if self.streamed and (more := _AFTER_HALF.get(self.rule.behaviour)):
                    yield more, 0
            case Behaviour.WRONG_CONTENT_TYPE:
                yield _PAGE, 0
            case Behaviour.ENDLESS:
                yield self._endless_start(), 0
            case Behaviour.HANG | Behaviour.EMPTY_BODY:
                pass

    def _good(self) -> Iterator[Piece]:
        if self.streamed:
            return self.completion.events(with_usage=self.with_usage)
        return iter((self.completion.whole(),))

    def _first_half(self) -> Iterator[Piece]:
        if self.streamed:
            return islice(self._good(), 1 + (len(self.completion.tokens) + 1) // 2)
        body, _ = self.completion.whole()
        return iter(((body[: len(body) // 2], 0),))

    def _endless_start(self) -> bytes:
        if self.streamed:
            return next(self._good())[0]
        return b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "'

    async def _for_ever(self) -> AsyncIterator[Piece]:
        token = self.completion.token_event(" more") if self.streamed else b" more"
        for piece in repeat((token, 1)):
            await asyncio.sleep(self.rule.token_delay or _ENDLESS_PACE)
            yield piece

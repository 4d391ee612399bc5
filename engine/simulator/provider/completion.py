"""Builds one chat completion in OpenAI's published format, whole or as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

Piece = tuple[bytes, int]  # the bytes to send, and the number of answer tokens in them


def _event(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """An answer and its usage figures."""

    number: int
    created: int  # seconds since the epoch
    model: str
    tokens: tuple[str, ...]
    prompt_tokens: int
    cut: bool  # the caller's limit was shorter than the answer
    finish: str | None = None  # in place of the true reason
    finish_each: bool = False  # with every token
    figures: int | None = None  # usage in place of the true one

    def usage(self) -> dict[str, int]:
        """Return the usage figures."""
        if self.figures is not None:
            return dict.fromkeys(("prompt_tokens", "completion_tokens"), self.figures)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": len(self.tokens),
            "total_tokens": self.prompt_tokens + len(self.tokens),
        }

    def whole(self) -> Piece:
        """Return the JSON object of an unstreamed answer."""
        message = {"role": "assistant", "content": "".join(self.tokens), "refusal": None}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self._finish_reason,
        }
        body = self._envelope("chat.completion") | {"choices": [choice], "usage": self.usage()}
        return msgspec.json.encode(body), len(self.tokens)

    def events(self, *, with_usage: bool) -> Iterator[Piece]:
        """Yield the server-sent events of a streamed answer, one a token."""
        usage: dict[str, Any] = {"usage": None} if with_usage else {}
        yield self._chunk({"role": "assistant", "content": ""}, None, usage), 0
        for token in self.tokens:
            yield self.token_event(token, usage), 1
        yield self._chunk({}, self._finish_reason, usage), 0
        if with_usage:
            last = self._envelope("chat.completion.chunk") | {"choices": [], "usage": self.usage()}
            yield _event(msgspec.json.encode(last)), 0
        yield _event(b"[DONE]"), 0

    def token_event(self, token: str, usage: dict[str, Any] | None = None) -> bytes:
        """Return the event of one token."""
        finish = self._finish_reason if self.finish_each else None
        return self._chunk({"content": token}, finish, usage or {})

    @property
    def _finish_reason(self) -> str:
        if self.finish is not None:
            return self.finish
        return "length" if self.cut else "stop"

    def _chunk(self, delta: dict[str, str], finish: str | None, usage: dict[str, Any]) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = self._envelope("chat.completion.chunk") | {"choices": [choice]} | usage
        return _event(msgspec.json.encode(chunk))

    def _envelope(self, kind: str) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self.number:08d}",
            "object": kind,
            "created": self.created,
            "model": self.model,
        }

"""Chat completions, streamed as events or whole, as OpenAI's reference describes them."""

from typing import Any

import msgspec

from engine.replies.providers.chat import Delta, TokenUsage
from engine.replies.providers.failure import Failure, ProviderError

EVENT_STREAM = "text/event-stream"
WHOLE = "application/json"
_END = "[DONE]"


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Message | None = None
    message: _Message | None = None  # where it is not streamed
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(msgspec.Struct):
    """What of an event is of use; the rest is ignored."""

    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Chunk)


def read_line(line: str) -> Delta | None:
    """What a line of the stream says; None if nothing.

    Raises ProviderError if it tells of an error or is not what it should be.
    """
    field, _, data = line.partition(":")
    data = data.strip()
    if field != "data":
        return None
    if data == _END:  # read on: only a stream read to its end is used again
        return Delta(is_last=True)
    chunk = _decoded(data)
    usage = _usage(chunk)
    if not chunk.choices:
        return Delta(usage=usage) if usage else None
    choice = chunk.choices[0]
    text = (choice.delta and choice.delta.content) or ""
    return Delta(text, choice.finish_reason is not None, usage)


def read_whole(body: bytes) -> Delta:
    """An answer in one piece; raises ProviderError as `read_line` does."""
    completion = _decoded(body)
    if not completion.choices:
        raise ProviderError(Failure.EMPTY)
    message = completion.choices[0].message
    return Delta((message and message.content) or "", is_last=True, usage=_usage(completion))


def _decoded(data: str | bytes) -> _Chunk:
    try:
        chunk = _decoder.decode(data)
    except msgspec.MsgspecError:
        raise ProviderError(Failure.INVALID_JSON) from None
    if chunk.error is not None:
        raise ProviderError(Failure.SERVER_ERROR)
    if chunk.choices and chunk.choices[0].finish_reason == "content_filter":
        raise ProviderError(Failure.FILTERED)
    return chunk


def _usage(chunk: _Chunk) -> TokenUsage | None:
    used = chunk.usage
    if used is None or used.prompt_tokens is None or used.completion_tokens is None:
        return None
    return TokenUsage(used.prompt_tokens, used.completion_tokens)

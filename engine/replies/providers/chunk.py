"""The server-sent events of a streamed chat completion, as OpenAI's reference describes them."""

from typing import Any

import msgspec

from engine.replies.providers.chat import Delta, TokenUsage
from engine.replies.providers.failure import Failure, ProviderError

EVENT_STREAM = "text/event-stream"
_END = "[DONE]"


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Message | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chunk(msgspec.Struct):
    """What of an event is of use; the rest is ignored."""

    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(_Chunk)


def read_line(line: str) -> Delta | None:
    """What a line of the stream says; None if nothing.

    Raises ProviderError if it tells of an error or is not what it should be.
    """
    field, _, data = line.partition(":")
    data = data.strip()
    if field != "data" or data == _END:  # read on: only a stream read to its end is used again
        return None
    try:
        chunk = _decoder.decode(data)
    except msgspec.MsgspecError:
        raise ProviderError(Failure.INVALID_JSON) from None
    if chunk.error is not None:
        raise ProviderError(Failure.SERVER_ERROR)
    used = chunk.usage
    usage = TokenUsage(used.prompt_tokens, used.completion_tokens) if used else None
    if not chunk.choices:
        return Delta(usage=usage) if usage else None
    choice = chunk.choices[0]
    if choice.finish_reason == "content_filter":
        raise ProviderError(Failure.FILTERED)
    text = (choice.delta and choice.delta.content) or ""
    return Delta(text, choice.finish_reason is not None, usage)

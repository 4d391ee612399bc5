"""Parses chat completions in JSON: chunks of a stream and whole answers, after OpenAI's reference.

Strict about words, ends and errors, lenient about the rest: content may be a list of parts, figures
may be text, unused fields may hold anything.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from engine.replies.providers.chat import Delta, Finish, TokenUsage
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.finish import finish_of
from engine.replies.providers.refusals import told_failure


class _Message(msgspec.Struct):
    content: Any = None
    reasoning_content: Any = None  # DeepSeek, vLLM, Qwen, GLM, Kimi
    reasoning: Any = None  # OpenRouter, Groq, gpt-oss behind vLLM
    thinking: Any = None
    refusal: Any = None  # sent in place of content


class _Choice(msgspec.Struct):
    index: Any = 0
    delta: _Message | list[Any] | str | None = None  # PHP encodes an empty object as a list
    message: _Message | None = None  # if it is not streamed
    text: Any = None  # older servers
    finish_reason: Any = None
    error: Any = None


class _Chunk(msgspec.Struct):
    """The used fields of a chunk; the rest is ignored."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None
    object: Any = None
    detail: Any = None  # an error, as FastAPI sends it


_decoder = msgspec.json.Decoder(_Chunk)


def read_chunk(data: str) -> Delta | None:
    """Parse a chunk of a stream; return None if it says nothing.

    Raises ProviderError if it reports an error or is malformed.
    """
    chunk = _decoded(data)
    usage = _usage(chunk.usage)
    choice = _first(chunk)
    if choice is None:
        return Delta(usage=usage) if usage else None
    message = _message(choice)
    is_message = choice.message is not None and message is choice.message
    finish, thought = finish_of(choice.finish_reason), _thought(message)
    return Delta(_text(message), finish, False, usage, thought, is_message)


def read_whole(body: str) -> Delta:
    """Parse an unstreamed answer; raises ProviderError as `read_chunk` does."""
    completion = _decoded(body)
    choice = _first(completion)
    if choice is None:
        raise ProviderError(Failure.EMPTY)
    message = choice.message or _message(choice)
    finish = finish_of(choice.finish_reason) or Finish.WHOLE
    usage = _usage(completion.usage)
    return Delta(_text(message), finish, True, usage, _thought(message))


def _decoded(data: str) -> _Chunk:
    try:
        chunk = _parsed(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ProviderError(Failure.INVALID_JSON) from None
    if chunk.error or chunk.object == "error":
        raise ProviderError(told_failure(chunk.error))
    if chunk.choices is None and chunk.detail:
        raise ProviderError(Failure.SERVER_ERROR)
    return chunk


def _parsed(data: str) -> _Chunk:
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError:
        # Half of a surrogate pair, whose other half comes with the next chunk, or NaN for a figure.
        return msgspec.convert(json.loads(data, strict=False), _Chunk)


def _first(chunk: _Chunk) -> _Choice | None:
    """Return the first of several answers; only one is requested."""
    for choice in chunk.choices or ():
        if choice.index in (0, None, "0"):
            if choice.error:
                raise ProviderError(told_failure(choice.error))
            return choice
    return None


def _message(choice: _Choice) -> _Message:
    if isinstance(choice.delta, _Message):
        return choice.delta
    return choice.message or _Message(choice.delta or choice.text)


def _text(message: _Message) -> str:
    content = message.content
    if not content and isinstance(message.refusal, str) and message.refusal:
        raise ProviderError(Failure.FILTERED)
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ProviderError(Failure.INVALID_JSON)
    return "".join(map(_text_of_part, content))


def _text_of_part(part: Any) -> str:
    """Return the text of a part; Mistral also sends thoughts and references, which are dropped."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and part.get("type", "text") in ("text", "output_text"):
        text = part.get("text")
        return text if isinstance(text, str) else ""
    return ""


def _thought(message: _Message) -> int:
    fields = (message.reasoning_content, message.reasoning, message.thinking)
    letters = max((len(field) for field in fields if isinstance(field, str)), default=0)
    return letters + sum(_letters_thought(message.content))


def _letters_thought(content: Any) -> Iterator[int]:
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") in ("thinking", "reasoning"):
            yield len(str(part.get("thinking") or part.get("text") or ""))


def _usage(used: Any) -> TokenUsage | None:
    if not isinstance(used, dict):
        return None
    prompt, completion = _figure(used.get("prompt_tokens")), _figure(used.get("completion_tokens"))
    if prompt is None or completion is None:
        return None
    return TokenUsage(prompt, completion)


def _figure(value: Any) -> int | None:
    """Return a token count given as number or text; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        figure = float(value)
    except (ValueError, OverflowError):
        return None
    return int(figure) if figure >= 0 and math.isfinite(figure) else None

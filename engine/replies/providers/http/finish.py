"""Maps servers' finish reasons to what they mean for the answer.

OpenAI has stop, length, content_filter, tool_calls and function_call. The others come from vLLM,
SGLang, llama.cpp, TGI, Ollama, Together, Mistral, DeepSeek, Gemini, GLM, Cohere, Anthropic and
gateways in front of them.
"""

from typing import Final

from engine.replies.providers.chat import Finish
from engine.replies.providers.failure import Failure, ProviderError

_NOT_YET: Final = frozenset(
    ("", "null", "none", "unspecified", "finish_reason_unspecified", "in_progress")
)
_WHOLE: Final = frozenset(
    (
        *("stop", "eos", "eos_token", "stop_sequence", "stop_token", "end_turn", "end", "complete"),
        *("completed", "done", "finished", "tool_calls", "tool_call", "toolcalls", "tool_use"),
        *("function_call", "functioncall"),  # the words beside the call are complete
    )
)
_FILTERED: Final = frozenset(
    (
        *("content_filter", "content_filtered", "filter", "filtered", "safety", "recitation"),
        *("blocklist", "prohibited_content", "spii", "sensitive", "refusal", "moderation"),
        *("guardrail_intervened", "image_safety", "error_toxic"),
    )
)
_FAILED: Final = frozenset(
    (
        *("error", "abort", "aborted", "cancelled", "canceled", "interrupted", "timeout", "failed"),
        *("network_error", "insufficient_system_resource", "malformed_function_call", "load"),
        *("unload", "server_error", "internal_error", "disconnected", "model_error"),
    )
)


def finish_of(reason: object) -> Finish | None:
    """Return the meaning of `reason`; None if the answer goes on.

    Raises ProviderError on failure.
    """
    if not isinstance(reason, str):
        return None
    word = reason.strip().casefold()
    if word in _NOT_YET:
        return None
    if word in _WHOLE:
        return Finish.WHOLE
    if word in _FILTERED:
        raise ProviderError(Failure.FILTERED)
    if word in _FAILED:
        raise ProviderError(Failure.SERVER_ERROR)
    return Finish.CUT  # length, max_tokens, model_length, … and unknown ones

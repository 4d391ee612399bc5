"""Estimates an upper bound of tokens for budgets, without a model's own tokeniser.

A token is about four bytes of English and about three of Turkish, whose own letters take two bytes
each. Half the bytes is above both.
"""

from engine.replies.completion import Prompt
from engine.replies.providers.chat import TokenUsage

_EACH_TURN = 8  # role and separators
_WHOLE = 8


def text_tokens(text: str) -> int:
    """Return an upper bound of the tokens in `text`, for ordinary prose."""
    return (len(text.encode(errors="surrogatepass")) + 1) // 2  # halves of letters may come alone


def prompt_tokens(prompt: Prompt) -> int:
    """Return an upper bound of the tokens that are sent with `prompt`."""
    return _WHOLE + sum(_EACH_TURN + text_tokens(turn.text) for turn in prompt.turns)


def most_tokens(prompt: Prompt) -> TokenUsage:
    """Return the most tokens that a call with `prompt` may use."""
    return TokenUsage(prompt_tokens(prompt), prompt.max_tokens)

"""An upper estimate of tokens, for budgets, without any model's own tokeniser.

Tokenisers take about four bytes of English for a token, and about three of Turkish, whose own
letters have two bytes each: half the bytes is above both.
"""

from engine.replies.completion import Prompt
from engine.replies.providers.chat import TokenUsage

_EACH_TURN = 8  # role and separators
_WHOLE = 8


def text_tokens(text: str) -> int:
    """At most so many tokens are in `text`, ordinary prose assumed."""
    return (len(text.encode(errors="surrogatepass")) + 1) // 2  # halves of letters may come alone


def prompt_tokens(prompt: Prompt) -> int:
    """At most so many tokens go out with `prompt`."""
    return _WHOLE + sum(_EACH_TURN + text_tokens(turn.text) for turn in prompt.turns)


def most_tokens(prompt: Prompt) -> TokenUsage:
    """What a call with `prompt` may take."""
    return TokenUsage(prompt_tokens(prompt), prompt.max_tokens)

"""Defines a provider's client, which streams one answer to one prompt."""

import enum
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from engine.replies.completion import Prompt


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Token counts as the provider reports them."""

    prompt: int
    completion: int

    def is_plausible(self, *, spoke: bool) -> bool:
        """Return True if the counts are possible: some servers report 0 although it `spoke`."""
        return self.prompt > 0 and (self.completion > 0 or not spoke)

    def within(self, most: "TokenUsage") -> "TokenUsage":
        """Limit each figure to 0 at least and `most` at most; a provider may report anything."""
        return TokenUsage(
            min(max(self.prompt, 0), most.prompt), min(max(self.completion, 0), most.completion)
        )


class Finish(enum.StrEnum):
    """The reason why a model stopped, as far as it affects the use of its words."""

    WHOLE = "whole"
    CUT = "cut"  # by a length limit, or for an unknown reason


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of a streamed answer."""

    text: str = ""
    finish: Finish | None = None  # some servers send one with every piece
    is_last: bool = False  # the stream has ended
    usage: TokenUsage | None = None
    thought: int = 0  # letters of the model's thoughts, which are dropped
    is_message: bool = False  # True if it may be the whole answer, including earlier pieces


class ChatClient(Protocol):
    """A client of one provider, with its own connections."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Yield the answer piece by piece; raises ProviderError or GateClosedError."""
        ...

    async def close(self) -> None:
        """Close the connections; calls under way fail."""
        ...

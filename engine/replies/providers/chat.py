"""What a provider's client offers: one streamed answer to one prompt."""

import enum
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from engine.replies.completion import Prompt


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """As the provider counts."""

    prompt: int
    completion: int

    def is_plausible(self, *, spoke: bool) -> bool:
        """Whether it can be so; some servers tell of nothing, or of no words though it `spoke`."""
        return self.prompt > 0 and (self.completion > 0 or not spoke)

    def within(self, most: "TokenUsage") -> "TokenUsage":
        """Each figure between 0 and that of `most`: a provider may say anything."""
        return TokenUsage(
            min(max(self.prompt, 0), most.prompt), min(max(self.completion, 0), most.completion)
        )


class Finish(enum.StrEnum):
    """Why a model stopped, as far as its words may be used."""

    WHOLE = "whole"
    CUT = "cut"  # by a limit of length, or for a reason nobody knows


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of a streamed answer."""

    text: str = ""
    finish: Finish | None = None  # some servers say one with every piece
    is_last: bool = False  # the stream is over
    usage: TokenUsage | None = None
    thought: int = 0  # letters of what the model thought, which nobody reads
    is_message: bool = False  # it may be all of the answer, also what was said before


class ChatClient(Protocol):
    """A client of one provider, with connections of its own."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece; raises ProviderError or GateClosedError."""
        ...

    async def close(self) -> None:
        """Let go of its connections; calls under way fail."""
        ...

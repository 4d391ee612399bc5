"""What a provider's client offers: one streamed answer to one prompt."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from engine.replies.completion import Prompt


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """As the provider counts."""

    prompt: int
    completion: int


@dataclass(frozen=True, slots=True)
class Delta:
    """One piece of a streamed answer."""

    text: str = ""
    is_last: bool = False  # of the text; the usage may follow
    usage: TokenUsage | None = None


class ChatClient(Protocol):
    """A client of one provider, with connections of its own."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """The answer piece by piece; raises ProviderError or GateClosedError."""
        ...

    async def close(self) -> None:
        """Let go of its connections; calls under way fail."""
        ...

"""One try at one provider: reads the streamed answer, and gives up when it takes too long."""

import asyncio
import contextlib
from dataclasses import dataclass

from engine.replies.completion import Prompt
from engine.replies.providers.chat import ChatClient, Delta, TokenUsage
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.tokens import prompt_tokens, text_tokens

_USAGE_PATIENCE = 0.5  # s to wait for the usage once the text is complete
_LONGEST_TOKEN = 16  # letters a token has on average at the most


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer may take, in seconds."""

    first_token: float
    silence: float  # between two tokens
    total: float


class Attempt:
    """`run` once; what was received and what it took is known whether it went well or not."""

    def __init__(self, prompt: Prompt, patience: Patience) -> None:
        self._prompt = prompt
        self._patience = patience
        self._pieces: list[str] = []
        self._letters = 0
        self._is_complete = False
        self._usage: TokenUsage | None = None
        self.first_token_after: float | None = None  # s

    @property
    def usage(self) -> TokenUsage:
        """As the provider said; estimated, and rather too much, where it did not."""
        if self._usage is not None:
            return self._usage
        return TokenUsage(prompt_tokens(self._prompt), text_tokens("".join(self._pieces)))

    async def run(self, client: ChatClient) -> str:
        """The answer; raises ProviderError or GateClosedError."""
        patience = self._patience
        try:
            async with (
                asyncio.timeout(patience.total) as whole,
                asyncio.timeout(patience.first_token) as step,
                contextlib.aclosing(client.stream(self._prompt)) as stream,
            ):
                async for delta in stream:
                    self._take(delta, step)
        except TimeoutError:
            if not self._is_complete:
                raise ProviderError(self._why_late(whole)) from None
        except ProviderError:
            if not self._is_complete:  # else only the usage is missing
                raise
        if not self._is_complete:
            raise ProviderError(Failure.TRUNCATED if self._pieces else Failure.EMPTY)
        text = "".join(self._pieces).strip()
        if not text:
            raise ProviderError(Failure.EMPTY)
        return text

    def _take(self, delta: Delta, step: asyncio.Timeout) -> None:
        now = asyncio.get_running_loop().time()
        if delta.text:
            if self.first_token_after is None:
                self.first_token_after = now - self._began(step)
            self._pieces.append(delta.text)
            self._letters += len(delta.text)
            most = self._prompt.max_tokens
            if len(self._pieces) > 2 * most or self._letters > _LONGEST_TOKEN * most:
                raise ProviderError(Failure.ENDLESS)
            step.reschedule(now + self._patience.silence)
        if delta.is_last:
            self._is_complete = True
            step.reschedule(now + _USAGE_PATIENCE)
        if delta.usage is not None:
            self._usage = delta.usage

    def _began(self, step: asyncio.Timeout) -> float:
        return (step.when() or 0.0) - self._patience.first_token

    def _why_late(self, whole: asyncio.Timeout) -> Failure:
        if whole.expired():
            return Failure.TOO_SLOW
        return Failure.SILENCE if self._pieces else Failure.NO_FIRST_TOKEN

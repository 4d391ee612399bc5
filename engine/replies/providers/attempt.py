"""Makes one attempt at one provider: reads the streamed answer, with time limits.

The end of a stream does not prove that the answer is whole. It is whole if [DONE] came, or if the
body ended properly after the model gave its reason to stop. Some servers repeat a reason with every
piece, so one that is followed by more words is ignored.
"""

import asyncio
import contextlib
from dataclasses import dataclass, replace

from engine.replies.completion import Prompt
from engine.replies.providers.chat import ChatClient, Delta, Finish, TokenUsage
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.limits.tokens import most_tokens, prompt_tokens, text_tokens
from engine.replies.text.dialects import said
from engine.replies.text.showing import clean, mended, shows
from engine.replies.text.whole_sentences import whole_sentences

_USAGE_PATIENCE = 0.5  # s to wait for the usage after the text is complete
_LONGEST_TOKEN = 16  # maximum average letters a token
_THOUGHTS = 4  # a model may think this many times as many letters as it may say


@dataclass(frozen=True, slots=True)
class Patience:
    """Time limits of an answer, in seconds."""

    first_token: float
    silence: float  # between two tokens
    total: float


class Attempt:
    """Performs one attempt: call `run` once; usage and timing are available even if it failed."""

    def __init__(self, prompt: Prompt, patience: Patience) -> None:
        self._prompt = prompt
        self._patience = patience
        self._began_at = 0.0  # loop time
        self._pieces: list[str] = []
        self._letters = 0
        self._thought = 0  # letters
        self._is_over = False
        self._finish: Finish | None = None  # the latest one
        self._finish_is_apart = False  # a reason came once, after the words and apart from them
        self._finishes_early = False  # words followed a reason
        self._usage: TokenUsage | None = None
        self.first_token_after: float | None = None  # s

    @property
    def usage(self) -> TokenUsage:
        """The tokens the provider reported; if it did not, an estimate on the high side.

        Never more than was reserved for the call.
        """
        most = most_tokens(self._prompt)
        if self._usage is not None and self._usage.is_plausible(spoke=bool(self._pieces)):
            return self._usage.within(most)
        answer = text_tokens("".join(self._pieces)) + self._thought // 2
        return TokenUsage(prompt_tokens(self._prompt), answer).within(most)

    async def run(self, client: ChatClient) -> str:
        """Return the answer; raises ProviderError or GateClosedError."""
        patience = self._patience
        self._began_at = asyncio.get_running_loop().time()
        try:
            async with (
                asyncio.timeout(patience.total) as whole,
                asyncio.timeout(patience.first_token) as step,
                contextlib.aclosing(client.stream(self._prompt)) as stream,
            ):
                async for delta in stream:
                    self._take(delta, step)
        except TimeoutError:
            if not self._is_certain:
                raise ProviderError(self._why_late(whole)) from None
        except ProviderError as error:
            if not self._is_certain or error.failure is not Failure.CONNECTION:
                raise
        return self._answer()

    @property
    def _has_finished(self) -> bool:
        return self._finish is not None and not self._finishes_early

    @property
    def _is_certain(self) -> bool:
        """True if only the usage could still come, should the stream break off now."""
        return self._is_over or (self._has_finished and self._finish_is_apart)

    def _answer(self) -> str:
        if not (self._is_over or self._has_finished):
            raise ProviderError(Failure.TRUNCATED if self._pieces else Failure.EMPTY)
        text = clean(said(mended("".join(self._pieces))))
        is_empty = not shows(text)
        if self._finish is not Finish.WHOLE:
            text = whole_sentences(text)
        if not shows(text):
            is_cut = not is_empty or self._finish is Finish.CUT
            raise ProviderError(Failure.CUT_SHORT if is_cut else Failure.EMPTY)
        return text

    def _take(self, delta: Delta, step: asyncio.Timeout) -> None:
        now = asyncio.get_running_loop().time()
        if delta.is_message and delta.text == "".join(self._pieces):  # MiniMax says all of it again
            delta = replace(delta, text="")
        if delta.text or delta.thought:
            self._hear(delta, now)
            step.reschedule(now + self._patience.silence)
        if delta.finish is not None:
            self._finish_is_apart = bool(self._pieces) and not delta.text and self._finish is None
            self._finish = delta.finish
        if delta.is_last:
            self._is_over = True
        if self._is_certain:
            step.reschedule(now + _USAGE_PATIENCE)
        if delta.usage is not None:
            self._usage = delta.usage

    def _hear(self, delta: Delta, now: float) -> None:
        if delta.text:
            if self.first_token_after is None:
                self.first_token_after = now - self._began_at
            self._finishes_early = self._finishes_early or self._finish is not None
            self._pieces.append(delta.text)
        self._letters += len(delta.text)
        self._thought += delta.thought
        most = _LONGEST_TOKEN * self._prompt.max_tokens
        if self._letters > most or self._thought > _THOUGHTS * most:
            raise ProviderError(Failure.ENDLESS)

    def _why_late(self, whole: asyncio.Timeout) -> Failure:
        if whole.expired():
            return Failure.TOO_SLOW
        return Failure.SILENCE if self._pieces else Failure.NO_FIRST_TOKEN

"""A chat client over the openai SDK, for OpenAI and all who speak as it does.

Importing this takes 0.7 s: only `openai_clients` does, in a thread.
"""

import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import openai
from anyio import lowlevel

from engine.replies.completion import Prompt, Role, Turn
from engine.replies.providers.chat import Delta
from engine.replies.providers.chunk import EVENT_STREAM, WHOLE, read_line, read_whole
from engine.replies.providers.failure import Failure, GateClosedError, ProviderError
from engine.replies.providers.openai_errors import ResponseTooLongError, in_our_terms
from engine.replies.providers.parameters import Parameters
from engine.replies.providers.provider_settings import ProviderSettings

_MOST_BYTES = 4 << 20  # of one response, far above any answer

# At DEBUG they write down prompts.
for _name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class OpenAIChat:
    """The client of one provider."""

    def __init__(
        self,
        settings: ProviderSettings,
        key: str,
        is_open: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        """`is_open` says directly before each request whether it may leave; `now` is wall time."""
        self._parameters = Parameters(settings)
        self._is_open = is_open
        self._now = now
        http = openai.DefaultAsyncHttpxClient(
            event_hooks={"request": [self._check_gate], "response": [_bound]},
            follow_redirects=False,
            timeout=settings.total_timeout,
        )
        self._client = openai.AsyncOpenAI(
            api_key=key,
            base_url=settings.base_url,
            http_client=http,
            max_retries=0,
            timeout=settings.total_timeout,
        )
        # Set here, or the SDK takes OpenAI's from the environment for every provider.
        self._client.organization = settings.organisation
        self._client.project = None
        # The SDK's own reading of a stream takes 4 ms of CPU an answer.
        self._create: Any = self._client.chat.completions.with_streaming_response.create

    async def _check_gate(self, _request: object) -> None:
        """The one place where the gate holds calls back: nothing leaves but through here."""
        if not self._is_open():
            raise GateClosedError

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        while True:
            request = self._parameters.of(prompt)
            try:
                async with self._create(**request) as response:
                    kind = response.headers.get("content-type", "")
                    if kind.startswith(WHOLE):  # it does not stream
                        yield read_whole(await response.read())
                        return
                    if not kind.startswith(EVENT_STREAM):
                        raise ProviderError(Failure.WRONG_CONTENT_TYPE)
                    async for line in response.iter_lines():
                        if (delta := read_line(line)) is not None:
                            yield delta
                    return
            except Exception as error:  # noqa: BLE001 - the SDK lets those of its parsers through
                if not self._parameters.heed(request, error):
                    raise in_our_terms(error, self._now()) from None

    async def close(self) -> None:
        await self._client.close()


async def warm_up(settings: ProviderSettings) -> None:
    """Do in a loop of no importance what the first call would take 17 ms for, up to its socket."""
    chat = OpenAIChat(settings, "none", is_open=lambda: False, now=lambda: 0.0)
    with contextlib.suppress(GateClosedError):
        async for _ in chat.stream(Prompt((Turn(Role.USER, ""),))):
            pass
    await chat.close()
    await lowlevel.checkpoint()


async def _bound(response: Any) -> None:
    """Cut a response that never ends, whatever it consists of."""
    whole = response.stream

    class Bounded(type(whole)):  # type: ignore[misc]  # the HTTP library asks for a stream of its own
        def __init__(self) -> None:
            pass

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = _MOST_BYTES
            async for piece in whole:
                left -= len(piece)
                if left < 0:
                    raise ResponseTooLongError
                yield piece

        async def aclose(self) -> None:
            await whole.aclose()

    response.stream = Bounded()

"""Makes clients over the openai SDK without importing it before one is needed."""

import asyncio
import contextlib
import gc
import sys
import threading
from collections.abc import Callable, Iterator

from engine.clock import Clock
from engine.replies.providers.chat import ChatClient
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.keys import Keys
from engine.replies.providers.provider_settings import ProviderSettings

_making = threading.Lock()


def openai_clients(keys: Keys, is_open: Callable[[], bool], clock: Clock) -> MakeClient:
    """`is_open` says before each request whether it may leave."""

    def make(provider: ProviderSettings) -> ChatClient:
        key = keys.of(provider)
        if key is None:
            raise ProviderError(Failure.NO_KEY, is_charged=False)
        with _making:
            if "openai" not in sys.modules:
                with _nothing_collected():
                    _import(provider)
            from engine.replies.providers.openai_chat import OpenAIChat  # noqa: PLC0415 - 0.7 s

            return OpenAIChat(provider, key, is_open, clock.now)

    return make


def _import(provider: ProviderSettings) -> None:
    from engine.replies.providers.openai_chat import warm_up  # noqa: PLC0415 - 0.7 s

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as apart:
        apart.run(warm_up(provider))


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Let no collection look at all that the import makes, now or later: it held the loop 30 ms.

    In a worker thread the import itself leaves the loop its turns.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()

"""Creates HTTP clients; imports the HTTP library only when one is needed."""

import contextlib
import gc
import logging
import sys
import threading
from collections.abc import Callable, Iterator

from engine.clock import Clock
from engine.errors import GavatcoreError
from engine.held_back import let_in
from engine.replies.providers.chat import ChatClient
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.configuration.keys import ProviderKeys
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.route import ignore_unusable_key_log, route_to

_log = logging.getLogger(__name__)

_making = threading.Lock()


def http_clients(keys: ProviderKeys, is_open: Callable[[], bool], clock: Clock) -> MakeClient:
    """Return a factory of clients; `is_open` decides before each request if it may leave."""

    def make(provider: ProviderSettings) -> ChatClient:
        key = _key(keys, provider)
        ignore_unusable_key_log()
        route = route_to(provider.base_url)
        with _making, _nothing_collected():
            let_in("aiohttp")  # the import hook otherwise hides it from Telethon
            from engine.replies.providers.http.chat import HttpChat  # noqa: PLC0415 - 0.1 s
        return HttpChat(provider, key, route, is_open, clock.now)

    return make


def _key(keys: ProviderKeys, provider: ProviderSettings) -> str:
    try:
        key = (keys.of(provider) or "").strip()
    except (GavatcoreError, OSError) as error:
        _log.warning("the key of %s cannot be read: %s", provider.name, type(error).__name__)
        key = ""
    if not key:
        raise ProviderError(Failure.NO_KEY, is_charged=False)
    if not (key.isascii() and key.isprintable()):  # no header can hold it
        raise ProviderError(Failure.KEY_REFUSED, is_charged=False)
    return key


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep the garbage collector away from the many objects of the first import, now and later.

    In a worker thread the import itself lets the loop run in between.
    """
    if "engine.replies.providers.http.chat" in sys.modules:
        yield
        return
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()

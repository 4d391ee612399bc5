"""Makes clients over HTTP without importing the HTTP library before one is needed."""

import gc
import logging
import sys
import threading
from collections.abc import Callable

from engine.clock import Clock
from engine.errors import GavatcoreError
from engine.replies.providers.chat import ChatClient
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.keys import Keys
from engine.replies.providers.provider_settings import ProviderSettings
from engine.replies.providers.route import route_to

_log = logging.getLogger(__name__)

_making = threading.Lock()


def http_clients(keys: Keys, is_open: Callable[[], bool], clock: Clock) -> MakeClient:
    """`is_open` says before each request whether it may leave."""

    def make(provider: ProviderSettings) -> ChatClient:
        key = _key(keys, provider)
        route = route_to(provider.base_url)
        with _making:
            is_first = "aiohttp" not in sys.modules
            from engine.replies.providers.http_chat import HttpChat  # noqa: PLC0415 - 0.2 s

            if is_first:
                gc.freeze()  # no collection needs to look at all that was imported
        return HttpChat(provider, key, route, is_open, clock.now)

    return make


def _key(keys: Keys, provider: ProviderSettings) -> str:
    try:
        key = (keys.of(provider) or "").strip()
    except (GavatcoreError, OSError) as error:
        _log.warning("the key of %s cannot be read: %s", provider.name, type(error).__name__)
        key = ""
    if not key:
        raise ProviderError(Failure.NO_KEY, is_charged=False)
    if not (key.isascii() and key.isprintable()):  # no header holds it
        raise ProviderError(Failure.KEY_REFUSED, is_charged=False)
    return key

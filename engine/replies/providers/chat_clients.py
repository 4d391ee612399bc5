"""Creates providers' clients on first use, in a thread, and closes them."""

import asyncio
from collections.abc import Callable

from engine.replies.providers.chat import ChatClient
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.short_slices import short_slices

MakeClient = Callable[[ProviderSettings], ChatClient]
"""Blocking, up to a second; raises ProviderError if there is no key."""


class ChatClients:
    """Keeps one client a provider, until `unload`."""

    def __init__(self, make: MakeClient) -> None:
        self._make = make
        self._made: dict[str, asyncio.Task[ChatClient]] = {}

    async def get(self, provider: ProviderSettings) -> ChatClient:
        """Return the provider's client; simultaneous callers share its creation."""
        making = self._made.get(provider.name)
        if making is None or _has_failed(making):
            making = asyncio.create_task(asyncio.to_thread(self._begin, provider))
            making.add_done_callback(_has_failed)  # for the callers that still wait, if any
            self._made[provider.name] = making
        return await asyncio.shield(making)

    async def unload(self) -> None:
        """Close all clients; the next `get` creates a new one."""
        made, self._made = tuple(self._made.values()), {}
        for client in await asyncio.gather(*made, return_exceptions=True):
            if not isinstance(client, BaseException):
                await client.close()

    def _begin(self, provider: ProviderSettings) -> ChatClient:
        with short_slices():
            return self._make(provider)


def _has_failed(making: asyncio.Task[ChatClient]) -> bool:
    return making.done() and (making.cancelled() or making.exception() is not None)

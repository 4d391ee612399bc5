"""Serves completions from the present gateway; replaces it when providers or keys change."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.replies.completion import Completion, NoCompletionError, Priority, Prompt, Requester
from engine.replies.providers.configuration.keys import ProviderKeys
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.gateway import Gateway
from engine.replies.providers.opening import configured_providers
from engine.replies.providers.stats import CompletionStats
from engine.secrets.store import SecretStore
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class _Configured:
    """The configuration of a gateway; keys only as digests that distinguish them."""

    providers: tuple[ProviderSettings, ...]
    keys: tuple[int, ...]


class Completions:
    """Serves `complete` from `start` to `stop`, like a gateway."""

    def __init__(
        self, settings: Settings, secrets: SecretStore, make: Callable[[], Awaitable[Gateway]]
    ) -> None:
        """Use `make` to build a gateway from the present files."""
        self._settings = settings
        self._keys = ProviderKeys(settings, secrets)
        self._make = make

    async def start(self) -> None:
        """Build and start a gateway.

        Raises SettingsError, SealBrokenError, SecretStoreError, StorageError or OSError.
        """
        self._configured = await asyncio.to_thread(self._read)
        await self._take(await self._make())

    async def stop(self) -> None:
        """Stop the present gateway."""
        await self._gateway.stop()

    async def renew(self) -> None:
        """Replace the gateway by one from the present files; raises like `start`.

        Calls under way are repeated with the new one.
        """
        configured = await asyncio.to_thread(self._read)
        if configured == self._configured:
            return
        gateway = await self._make()
        old = self._gateway
        await self._take(gateway)
        self._configured = configured
        await old.stop()

    async def complete(
        self, prompt: Prompt, requester: Requester, priority: Priority
    ) -> Completion:
        """Return a completion, like `Gateway.complete`."""
        while True:
            gateway = self._gateway
            try:
                return await gateway.complete(prompt, requester, priority)
            except NoCompletionError:
                if gateway is self._gateway:  # else the gateway was replaced during the call
                    raise

    def stats(self) -> CompletionStats:
        """Return the present gateway's figures."""
        return self._gateway.stats()

    def names(self) -> tuple[str, ...]:
        """Return the names of the providers that may be asked."""
        return self._names

    async def _take(self, gateway: Gateway) -> None:
        await gateway.start()
        self._gateway = gateway
        self._names = tuple(one.name for one in gateway.stats().providers)

    def _read(self) -> _Configured:
        providers = configured_providers(self._settings, self._keys)
        return _Configured(providers, tuple(hash(self._keys.of(one)) for one in providers))

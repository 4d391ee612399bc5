"""The gateway in use; when providers or their keys change, another takes its place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.replies.completion import Completion, NoCompletionError, Priority, Prompt, Requester
from engine.replies.providers.configuration.keys import Keys
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.gateway import Gateway
from engine.replies.providers.opening import configured_providers
from engine.replies.providers.stats import CompletionStats
from engine.secrets.store import SecretStore
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class _Configured:
    """What a gateway is made of; keys only as what tells them apart."""

    providers: tuple[ProviderSettings, ...]
    keys: tuple[int, ...]


class Completions:
    """`complete` from `start` to `stop`, as a gateway does."""

    def __init__(
        self, settings: Settings, secrets: SecretStore, make: Callable[[], Awaitable[Gateway]]
    ) -> None:
        """`make` builds a gateway of what the files say now."""
        self._settings = settings
        self._keys = Keys(settings, secrets)
        self._make = make

    async def start(self) -> None:
        """Raises SettingsError, SealBrokenError, SecretStoreError, StorageError or OSError."""
        self._configured = await asyncio.to_thread(self._read)
        await self._take(await self._make())

    async def stop(self) -> None:
        await self._gateway.stop()

    async def renew(self) -> None:
        """Go by what the files say now; calls under way are made again. Raises as `start`."""
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
        """As `Gateway.complete`."""
        while True:
            gateway = self._gateway
            try:
                return await gateway.complete(prompt, requester, priority)
            except NoCompletionError:
                if gateway is self._gateway:  # else it was stopped under the call
                    raise

    def stats(self) -> CompletionStats:
        return self._gateway.stats()

    def names(self) -> tuple[str, ...]:
        """Of the providers that may be asked."""
        return self._names

    async def _take(self, gateway: Gateway) -> None:
        await gateway.start()
        self._gateway = gateway
        self._names = tuple(one.name for one in gateway.stats().providers)

    def _read(self) -> _Configured:
        providers = configured_providers(self._settings, self._keys)
        return _Configured(providers, tuple(hash(self._keys.of(one)) for one in providers))

"""Builds the gateway of a data directory from its settings, providers and keys."""

import asyncio
import logging
from collections.abc import Callable

from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.replies.providers.chat_clients import ChatClients
from engine.replies.providers.configuration.file import read_providers
from engine.replies.providers.configuration.keys import ProviderKeys
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.gateway import Gateway, GatewayLimits
from engine.replies.providers.http.clients import http_clients
from engine.replies.providers.limits.budgets import Budgets, DailyMaximum
from engine.secrets.store import SecretStore
from engine.settings import Settings
from engine.storage.database.database import Database
from engine.storage.llm_usage import LlmUsage, Scope

_log = logging.getLogger(__name__)


async def open_gateway(
    settings: Settings,
    secrets: SecretStore,
    *,
    database: Database,
    gates: Gates,
    clock: Clock,
    on_error: Callable[[BaseException], None],
) -> Gateway:
    """Return a gateway that is not started.

    Raises SettingsError, SealBrokenError, SecretStoreError or OSError.
    """
    keys = ProviderKeys(settings, secrets)
    providers = await asyncio.to_thread(configured_providers, settings, keys)
    return Gateway(
        providers,
        clients=ChatClients(http_clients(keys, lambda: gates.is_open(Gate.LLM_CALLS), clock)),
        budgets=Budgets(LlmUsage(database), maxima(settings), clock, database.next_id),
        gates=gates,
        clock=clock,
        limits=GatewayLimits(
            settings.llm_wait, settings.llm_calls_at_once, settings.llm_calls_waiting
        ),
        on_error=on_error,
    )


def configured_providers(settings: Settings, keys: ProviderKeys) -> tuple[ProviderSettings, ...]:
    """Return the providers of providers.toml, or the well-known ones with a key. Blocking."""
    providers = read_providers(settings.data_directory)
    if providers is None:
        return keys.defaults()
    for provider in providers:
        if keys.of(provider) is None:
            _log.warning(
                "%s has no key: run “gavatcore providers add %s”", provider.name, provider.name
            )
    return providers


def maxima(settings: Settings) -> dict[Scope, DailyMaximum]:
    """Return the daily maximum of each scope."""
    return {
        Scope.FLEET: DailyMaximum(settings.llm_fleet_daily_tokens, settings.llm_fleet_daily_cost),
        Scope.PROVIDER: DailyMaximum(
            settings.llm_provider_daily_tokens, settings.llm_provider_daily_cost
        ),
        Scope.BOT: DailyMaximum(settings.llm_bot_daily_tokens, settings.llm_bot_daily_cost),
        Scope.CHAT: DailyMaximum(settings.llm_chat_daily_tokens, settings.llm_chat_daily_cost),
        Scope.PERSON: DailyMaximum(
            settings.llm_person_daily_tokens, settings.llm_person_daily_cost
        ),
    }

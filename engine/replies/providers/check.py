"""Tests one provider with one tiny call, outside queue and budgets."""

import asyncio
from dataclasses import dataclass

from engine.clock import Clock
from engine.replies.completion import Prompt, Role, Turn
from engine.replies.providers.attempt import Attempt, Patience
from engine.replies.providers.configuration.keys import ProviderKeys
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.clients import http_clients

TOKENS = 120  # the maximum of a short answer in a chat
_PROMPT = Prompt((Turn(Role.USER, "Say: OK"),), max_tokens=TOKENS, temperature=0.0)


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of the test call."""

    name: str
    model: str
    failure: Failure | None
    first_token_ms: float | None = None


async def check_provider(settings: ProviderSettings, keys: ProviderKeys, clock: Clock) -> Checked:
    """Make the call; the caller ensures that it is allowed. Raises the errors of reading a key."""
    make = http_clients(keys, lambda: True, clock)
    patience = Patience(
        settings.first_token_timeout, settings.silence_timeout, settings.total_timeout
    )
    attempt = Attempt(_PROMPT, patience)
    try:
        client = await asyncio.to_thread(make, settings)
        try:
            await attempt.run(client)
        finally:
            await client.close()
    except ProviderError as error:
        return Checked(settings.name, settings.model, error.failure)
    after = attempt.first_token_after
    return Checked(settings.name, settings.model, None, after and after * 1000)

"""Gateways to local providers, with all the patience that a busy machine asks for."""

import asyncio
import functools
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from engine.clock import Clock, SystemClock
from engine.gates import Gate, Gates
from engine.replies.completion import Completion, Priority, Prompt, Requester, Role, Turn
from engine.replies.providers.chat import Delta, Finish, TokenUsage
from engine.replies.providers.chat_clients import ChatClients, MakeClient
from engine.replies.providers.configuration.keys import ProviderKeys
from engine.replies.providers.configuration.settings import ProviderSettings, provider_from
from engine.replies.providers.failure import ProviderError
from engine.replies.providers.gateway import Gateway, GatewayLimits
from engine.replies.providers.http.clients import http_clients
from engine.replies.providers.limits.budgets import Budgets, DailyMaximum
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import load_settings
from engine.simulator.provider.client import LocalProvider
from engine.storage import opening
from engine.storage.database.database import Database
from engine.storage.llm_usage import LlmUsage, Scope
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.locations.migration import migrate_location

ANNA = Requester("anna", 42, 42)
LIMITS = GatewayLimits(wait=30.0)


def asking(text: str = "What of bicycles?", max_tokens: int = 50) -> Prompt:
    return Prompt(
        (Turn(Role.SYSTEM, "You are Anna."), Turn(Role.USER, text)), max_tokens=max_tokens
    )


def provider(name: str, local: LocalProvider | None = None, **fields: Any) -> ProviderSettings:
    """A provider of its own account, whose model is called as itself."""
    base_url = local.base_url if local else "http://127.0.0.1:9/v1"
    given: dict[str, Any] = {
        "name": name,
        "kind": "compatible",
        "model": name,
        "base_url": base_url,
        "organisation": name,
        "first_token_timeout": 30.0,
        "silence_timeout": 30.0,
        "total_timeout": 30.0,
        "prompt_price": 1.0,
        "completion_price": 2.0,
        "min_interval": 0.0,
        "retry_delay": 1.0,
        "retries": 0,
    }
    return provider_from(given | fields)


@functools.cache
def _template() -> tempfile.TemporaryDirectory[str]:
    """A migrated database: migrating takes longer than most tests."""
    made = tempfile.TemporaryDirectory()
    asyncio.run(migrate_location(location_of(None, Path(made.name)), SystemClock()))
    return made


async def open_database(directory: Path, clock: Clock) -> Database:
    """The database of `directory`, made if need be."""
    if not (directory / FILE_NAME).exists():
        template = await asyncio.to_thread(_template)
        shutil.copy(Path(template.name) / FILE_NAME, directory)
    return await opening.open_database(None, directory, clock=clock, on_trouble=print)


def keys(directory: Path, given: Mapping[str, str]) -> ProviderKeys:
    """Keys sealed for providers by name."""
    secrets = SecretStore(directory, Seal([MasterKey.generate()]))
    for name, key in given.items():
        secrets.set(f"provider/{name}", key)
    return ProviderKeys(load_settings(directory), secrets)


@asynccontextmanager
async def gateway(
    directory: Path,
    providers: list[ProviderSettings],
    local: LocalProvider | None = None,
    *,
    make: MakeClient | None = None,
    gates: Gates | None = None,
    clock: Clock | None = None,
    limits: GatewayLimits = LIMITS,
    maxima: Mapping[Scope, DailyMaximum] | None = None,
) -> AsyncIterator[Gateway]:
    """Started, on a database in `directory`; `local` gives the key, `make` other clients."""
    gates, clock = gates or Gates(), clock or SystemClock()
    if make is None:
        given = {one.name: local.api_key for one in providers} if local else {}
        known = await asyncio.to_thread(keys, directory, given)
        make = http_clients(known, lambda: gates.is_open(Gate.LLM_CALLS), clock)
    database = await open_database(directory, clock)
    reported: list[BaseException] = []
    opened = Gateway(
        providers,
        clients=ChatClients(make),
        budgets=Budgets(LlmUsage(database), maxima or {}, clock, database.next_id),
        gates=gates,
        clock=clock,
        limits=limits,
        on_error=reported.append,
    )
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()
        await database.close()
    assert reported == []


async def complete(
    opened: Gateway,
    text: str = "What of bicycles?",
    *,
    requester: Requester = ANNA,
    priority: Priority = Priority.HIGH,
) -> Completion:
    return await opened.complete(asking(text), requester, priority)


class ScriptedClient:
    """A client without a network: says "yes" once it `may_answer`, or fails as told."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.failing: list[ProviderError] = []  # one a call
        self.asked: list[str] = []
        self.is_closed = False
        self.usage: TokenUsage | None = TokenUsage(10, 1)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        self.asked.append(prompt.turns[-1].text)
        await self.may_answer.wait()
        if self.failing:
            raise self.failing.pop(0)
        yield Delta("yes")
        yield Delta("", Finish.WHOLE)
        yield Delta("", is_last=True, usage=self.usage)

    async def close(self) -> None:
        self.is_closed = True

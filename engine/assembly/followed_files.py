"""Applies changes to the small files of a data directory to the running engine."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from engine.accounts.accounts import FILE_NAME as ACCOUNTS
from engine.accounts.bot_personas import FILE_NAME as CHOSEN
from engine.accounts.paused import FILE_NAME as PAUSED
from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import Vault
from engine.assembly.completions import Completions
from engine.assembly.following import Following
from engine.assembly.speech import Speech
from engine.bots.bot_list import bots_from, own_numbers
from engine.bots.connection.open_files import raise_limit
from engine.bots.connection.pauses import Pauses
from engine.bots.fleet import Fleet
from engine.bots.messages.own_accounts import OwnAccounts
from engine.replies.providers.configuration.file import FILE_NAME as PROVIDERS
from engine.secrets.store import FILE_NAME as SECRETS
from engine.settings import Settings
from engine.watch.alerts import Alerts

PERSONAS = "personas"
FILES = (ACCOUNTS, SECRETS, PAUSED, CHOSEN, PERSONAS, PROVIDERS)


@dataclass(frozen=True, slots=True)
class Followers:
    """The parts that depend on the files."""

    vault: Vault
    fleet: Fleet
    own: OwnAccounts
    pauses: Pauses
    speech: Speech
    gateway: Completions
    alerts: Alerts


def follow_files(following: Following, settings: Settings, who: Followers) -> None:
    """Have each file's changes applied; an invalid file changes nothing."""
    paused = PausedAccounts(settings.data_directory)

    async def accounts() -> None:
        bots = await asyncio.to_thread(bots_from, settings, who.vault)
        who.own.add_all(await asyncio.to_thread(own_numbers, settings, who.vault))
        who.alerts.report_files(raise_limit(len(bots)))
        await who.speech.prepare(bots)
        await who.fleet.follow(bots, await asyncio.to_thread(paused.names))
        who.speech.services.forget_copies()

    async def personas() -> None:
        await who.speech.recast(settings, tuple(who.fleet.by_name))

    def files(*names: str) -> tuple[Path, ...]:
        return tuple(settings.data_directory / name for name in names)

    following.follow(files(ACCOUNTS, SECRETS), accounts)  # the api_id is sealed as well
    following.follow(files(PAUSED), who.pauses.apply)
    following.follow(files(CHOSEN, PERSONAS), personas)
    following.follow(files(PROVIDERS, SECRETS), who.gateway.renew)

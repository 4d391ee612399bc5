"""Applies each part of the data directory that is read again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import Vault
from engine.assembly.completions import Completions
from engine.assembly.reloading import Apply
from engine.assembly.speech import Speech
from engine.bots.bot_list import bots_from, own_numbers
from engine.bots.connection.open_files import raise_limit
from engine.bots.fleet import Fleet
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.pauses import Pauses
from engine.bots.unasked.announcer import Announcer
from engine.bots.unasked.talk import Talk
from engine.commands.parts import Part
from engine.settings import Settings
from engine.watch.alerts import Alerts


@dataclass(frozen=True, slots=True)
class Concerned:
    """The objects that depend on the parts."""

    vault: Vault
    fleet: Fleet
    announcer: Announcer
    talk: Talk
    own: OwnAccounts
    pauses: Pauses
    speech: Speech
    gateway: Completions
    alerts: Alerts


def appliers(settings: Settings, who: Concerned) -> Mapping[Part, Apply]:
    """Return the function that applies each part; an invalid one raises and changes nothing."""
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

    async def subscriptions() -> None:
        who.announcer.poll_now()
        who.talk.poll_now()

    return {
        Part.ACCOUNTS: accounts,
        Part.PAUSES: who.pauses.apply,
        Part.PERSONAS: personas,
        Part.PROVIDERS: who.gateway.renew,
        Part.SUBSCRIPTIONS: subscriptions,
    }

"""Simulates other programs with a bot's token: they take its updates, or answer as the bot."""

import asyncio
import logging
import random

from engine.simulator.faults import Faults
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Event, EventKind, Message
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

ANSWER = "This is the other program."


class Rivals:
    """Gets every event before any session does; at most one rival a bot."""

    def __init__(self, world: World, faults: Faults, chance: random.Random) -> None:
        self._world = world
        self._faults = faults
        self._chance = chance
        self._answering: dict[int, bool] = {}
        self._push = world.journal.notify
        world.journal.notify = self._told

    def add(self, bot: Account, *, answers: bool, takes_updates: bool) -> None:
        """Let another program run `bot` from now on."""
        self._answering[bot.id] = answers
        if takes_updates:
            self._faults.deafen(bot.id)

    def remove(self, bot: int) -> None:
        """Remove the bot's rival."""
        if self._answering.pop(bot, None) is not None:
            self._faults.deafen(bot, deaf=False)

    def clear(self) -> None:
        """Remove all rivals."""
        for bot in list(self._answering):
            self.remove(bot)

    def _told(self, account: Account, channel: int, event: Event) -> None:
        self._push(account, channel, event)
        if self._answering.get(account.id) and event.kind is EventKind.NEW:
            message = self._world.message(event.uids[0])
            delivery = message.deliveries.get(account.id)
            if delivery is not None and delivery.addressed:
                asyncio.get_running_loop().call_soon(self._answer, account, message)

    def _answer(self, bot: Account, message: Message) -> None:
        world = self._world
        to = world.account(message.chat) if message.chat > 0 else world.chat(message.chat)
        number = message.number or message.ids[bot.id]
        random_id = self._chance.getrandbits(62) + 1
        try:
            world.send(bot, to, ANSWER, random_id=random_id, reply_to=number)
        except RpcError as error:
            log.warning("A rival could not write: %s", error)

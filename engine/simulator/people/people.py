"""Scripts people who write to bots and groups at a given rate, with natural texts."""

import asyncio
import logging
import random
from itertools import accumulate

from engine.simulator.people.texts import COMMANDS, NAMES, TEXTS
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

_UNIQUE_SHARE = 0.2
_GROUP_SHARE = 0.5  # of all messages, if there are groups
_ADDRESSED_SHARE = 0.5  # of messages in groups
_ZIPF = 1.1


class People:
    """Write as a Poisson process; `rate` is in messages a minute over all people."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._rate = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        weights = (1 / rank**_ZIPF for rank in range(1, len(TEXTS) + 1))
        self._cumulative = list(accumulate(weights))

    @property
    def rate(self) -> float:
        """The messages a minute over all people."""
        return self._rate

    def set_rate(self, per_minute: float) -> None:
        """Set the messages a minute from now on; 0 stops them."""
        self._rate = max(0.0, per_minute)
        self.stop()
        if self._rate:
            self._due = asyncio.get_running_loop().time()
            self._schedule()

    def stop(self) -> None:
        """Stop writing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        self._due += self._chance.expovariate(self._rate / 60)
        self._timer = asyncio.get_running_loop().call_at(self._due, self._speak)

    def _speak(self) -> None:
        self._schedule()
        try:
            self.write_once()
        except RpcError as error:
            log.warning("A person could not write: %s", error)

    def populate(self, people: int, groups: int) -> None:
        """Add people, and groups that contain every bot; called on a new directory."""
        world, chance = self._world, self._chance
        for index in range(people):
            name = NAMES[index % len(NAMES)]
            turn = index // len(NAMES)
            world.add_person(f"{name} {turn + 1}" if turn else name)
        everybody = [account.id for account in world.people]
        bots = [account.id for account in world.bots]
        for index in range(groups if everybody else 0):
            members = chance.sample(everybody, min(len(everybody), chance.randint(3, 12)))
            present = bots[index::groups] or chance.sample(bots, min(len(bots), 1))
            administrators = [bot for bot in present if chance.random() < 0.3]
            world.groups.add(
                f"Group {index + 1}",
                supergroup=index % 2 == 0,
                members=[*members, *present],
                administrators=administrators,
            )

    def write_once(self) -> None:
        """Write one message somewhere."""
        chance = self._chance
        groups = [c for c in self._world.state.chats.values() if not c.migrated_to]
        if groups and chance.random() < _GROUP_SHARE:
            self._write_in_group(chance.choice(groups))
            return
        people, bots = self._world.people, self._world.bots
        if people and bots:
            self._write_to_bot(chance.choice(people), chance.choice(bots))

    def _write_to_bot(self, person: Account, bot: Account) -> None:
        if person.id in bot.blocked_by:
            return
        text = self._text_of(person) if person.id in bot.known else "/start"
        self._world.write(person, bot.id, text)

    def _write_in_group(self, chat: Chat) -> None:
        accounts, chance = self._world.state.accounts, self._chance
        members = [accounts[member] for member in chat.members]
        people = [account for account in members if not account.is_bot]
        bots = [account for account in members if account.is_bot]
        if not people:
            return
        person = chance.choice(people)
        if not bots or chance.random() >= _ADDRESSED_SHARE:
            self._world.write(person, chat.marked, self._text_of(person))
            return
        self._address(person, chat, chance.choice(bots))

    def _address(self, person: Account, chat: Chat, bot: Account) -> None:
        """Write a message for `bot` in a group."""
        match self._chance.randrange(3):
            case 0:
                text = f"@{bot.username} {self._text_of(person)}"
                self._world.write(person, chat.marked, text)
            case 1:
                command = self._chance.choice(COMMANDS)
                self._world.write(person, chat.marked, f"/{command}@{bot.username}")
            case _:
                self._reply(person, chat, bot)

    def _reply(self, person: Account, chat: Chat, bot: Account) -> None:
        """Reply to the bot's last message here; without one, mention it."""
        for message in reversed(self._world.state.messages[-200:]):
            if message.chat == chat.marked and message.sender == bot.id:
                self._world.write(person, chat.marked, self._text_of(person), message.uid)
                return
        self._world.write(person, chat.marked, f"{self._text_of(person)} @{bot.username}")

    def _text_of(self, person: Account) -> str:
        """Return the next text of `person`."""
        del person  # here all people talk alike
        return self.text()

    def text(self) -> str:
        """Return a text of the pool, mostly a common one, sometimes made unique by a number."""
        text: str = self._chance.choices(TEXTS, cum_weights=self._cumulative)[0]
        if self._chance.random() < _UNIQUE_SHARE:
            return f"{text} ({self._chance.randrange(1_000_000)})"
        return text

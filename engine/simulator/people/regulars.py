"""Scripts an operator's regulars: they keep to one or two bots, agree, and repeat questions."""

import asyncio
import logging
import random
from collections.abc import Callable
from functools import partial

from engine.simulator.people.people import People
from engine.simulator.people.texts import (
    COMMANDS,
    ENGLISH_QUESTIONS,
    ENGLISH_TEXTS,
    TURKISH_NAMES,
    TURKISH_QUESTIONS,
    TURKISH_TEXTS,
)
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Message, Rank
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

_AGREE = "/agree"
_WILLING_SHARE = 0.8  # of all people
_KNOWN_SHARE = 0.5  # of people, who wrote to their bot before an engine ran
_OWN_BOT_SHARE = 0.85  # of a person's messages to bots
_QUESTION_SHARE = 0.7  # of all texts
_COMMAND_SHARE = 0.1  # of messages for a bot in a group
_REWORDED_SHARE = 0.35  # of all questions
_READING = 1.0, 3.0  # s until a person agrees
_DECIDING = 2.0, 4.0  # s until administrators subscribe to more
_GOLDEN = 0.618033988749895  # its multiples spread evenly
_PLAIN = str.maketrans("çğışöüÇĞİŞÖÜ", "cgisouCGISOU")


class Regulars(People):
    """Four in five agree; one group asks for announcements, another for talk."""

    def __init__(self, world: World, chance: random.Random) -> None:
        super().__init__(world, chance)
        world.bot_wrote = self._read
        self._asking: set[int] = set()  # groups whose bots have asked for consent
        self._agreed: set[tuple[int, int]] = set()  # a person, and the bot or group
        self._thoughts: set[asyncio.TimerHandle] = set()
        self._administrators_decided = False

    def set_rate(self, per_minute: float) -> None:
        """Set the messages a minute; at first, let administrators subscribe too."""
        super().set_rate(per_minute)
        if self.rate and not self._administrators_decided:
            self._administrators_decided = True
            self._have_administrators_decide()

    def stop(self) -> None:
        """Stop writing, and cancel pending actions."""
        super().stop()
        for thought in self._thoughts:
            thought.cancel()
        self._thoughts.clear()

    def _later(self, between: tuple[float, float], do: Callable[[], None]) -> None:
        def act() -> None:
            self._thoughts.discard(thought)
            try:
                do()
            except RpcError as error:
                log.warning("A person could not write: %s", error)

        pause = self._chance.uniform(*between)
        thought = asyncio.get_running_loop().call_later(pause, act)
        self._thoughts.add(thought)

    def populate(self, people: int, groups: int) -> None:
        """Add people and groups; some people already know their bot."""
        super().populate(people, groups)
        for person in self._world.people if self._world.bots else ():
            if self._chance.random() < _KNOWN_SHARE:
                self._bot_of(person).known.add(person.id)

    def _bot_of(self, person: Account) -> Account:
        """Return the bot that a person keeps to."""
        bots = self._world.bots
        return bots[person.id % len(bots)]

    # --- subscriptions of groups ---

    def _have_administrators_decide(self) -> None:
        groups = [chat for chat in self._world.state.chats.values() if not chat.migrated_to]
        for chat, decide in zip(groups, (self._want_announcements, self._want_talk), strict=False):
            for bot in self._world.journal.bots_in(chat)[:1]:
                self._later(_DECIDING, partial(decide, chat, bot))

    def _want_announcements(self, chat: Chat, bot: Account) -> None:
        self._world.write(self._creator(chat), chat.marked, f"/subscribe@{bot.username}")

    def _want_talk(self, chat: Chat, bot: Account) -> None:
        if not chat.rank(bot.id).administers:  # else it would not see what people say
            self._world.groups.set_rank(chat, bot.id, Rank.ADMINISTRATOR)
        self._world.write(self._creator(chat), chat.marked, f"/subscribe@{bot.username} talk")

    def _creator(self, chat: Chat) -> Account:
        return self._world.account(chat.creator)

    # --- consent ---

    def _read(self, bot: Account, message: Message) -> None:
        """React to a bot's message, which may ask for consent to a language model."""
        if _AGREE not in message.text:
            return
        state = self._world.state
        if message.chat > 0:
            person = state.accounts[message.chat]
        elif message.reply_to:
            self._asking.add(message.chat)
            person = state.accounts[self._world.message(message.reply_to).sender]
        else:
            return
        if self._is_undecided(person, bot, message.chat):
            self._later(_READING, partial(self._agree, person, bot, message.chat))

    def _is_undecided(self, person: Account, bot: Account, chat: int) -> bool:
        return _is_willing(person) and _place(person, bot, chat) not in self._agreed

    def _agree(self, person: Account, bot: Account, chat: int) -> None:
        if self._is_undecided(person, bot, chat):
            self._agreed.add(_place(person, bot, chat))
            if chat > 0:
                self._world.write(person, bot.id, _AGREE)
            else:
                self._world.write(person, chat, f"{_AGREE}@{bot.username}")

    # --- what is said, and to whom ---

    def _write_to_bot(self, person: Account, bot: Account) -> None:
        if self._chance.random() < _OWN_BOT_SHARE:
            bot = self._bot_of(person)
        super()._write_to_bot(person, bot)

    def _address(self, person: Account, chat: Chat, bot: Account) -> None:
        """Write to the bot; agree first after reading there that a bot asks for consent."""
        if chat.marked in self._asking and self._is_undecided(person, bot, chat.marked):
            self._agree(person, bot, chat.marked)
        elif self._chance.random() < _COMMAND_SHARE:
            command = self._chance.choice(COMMANDS)
            self._world.write(person, chat.marked, f"/{command}@{bot.username}")
        elif self._chance.random() < 0.5:
            self._world.write(person, chat.marked, f"@{bot.username} {self._text_of(person)}")
        else:
            self._reply(person, chat, bot)

    def _text_of(self, person: Account) -> str:
        """Return a text in the person's own language, mostly a common one."""
        is_turkish = person.name.partition(" ")[0] in TURKISH_NAMES
        if self._chance.random() < _QUESTION_SHARE:
            question = self._one_of(TURKISH_QUESTIONS if is_turkish else ENGLISH_QUESTIONS)
            return reworded(question, self._chance)
        return self._one_of(TURKISH_TEXTS if is_turkish else ENGLISH_TEXTS)

    def _one_of(self, texts: tuple[str, ...]) -> str:
        text: str = self._chance.choices(texts, cum_weights=self._cumulative[: len(texts)])[0]
        return text


def _is_willing(person: Account) -> bool:
    return person.id * _GOLDEN % 1 < _WILLING_SHARE


def _place(person: Account, bot: Account, chat: int) -> tuple[int, int]:
    return person.id, bot.id if chat > 0 else chat


def reworded(question: str, chance: random.Random) -> str:
    """Return the question as another person types it: often equal, or without marks."""
    if chance.random() >= _REWORDED_SHARE:
        return question
    match chance.randrange(3):
        case 0:
            return question.rstrip("?")
        case 1:
            return question.translate(_PLAIN)
        case _:
            return f"{question} :)"

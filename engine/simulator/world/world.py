"""Holds the accounts, chats and messages, and notifies of changes; knows no connection."""

import secrets
import time
from collections.abc import Callable

from engine.simulator.world import privacy, refusals
from engine.simulator.world.answers import Answers
from engine.simulator.world.groups import Groups
from engine.simulator.world.journal import Journal
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import (
    Account,
    Chat,
    Delivery,
    Event,
    EventKind,
    Message,
    NewerPart,
    Rank,
    WorldState,
)


class World:
    """All operations on the state; `groups` has those on groups, `journal` reports all."""

    def __init__(self, state: WorldState, *, random_id_memory: float) -> None:
        self.state = state
        self.random_id_memory = random_id_memory  # seconds
        self.honours_limits = True  # on the size of a difference
        self.newer_config = False  # the configuration is of a layer that no client knows
        self.journal = Journal(state)
        self.groups = Groups(state, self.journal)
        self._by_token = {a.token: a for a in state.accounts.values() if a.token}
        self._by_username = {a.username.lower(): a for a in state.accounts.values() if a.username}
        self.answers = Answers(state)
        self.bot_wrote: Callable[[Account, Message], None] = _nobody_listens
        self.bots: list[Account] = []
        self.people: list[Account] = []
        for account in state.accounts.values():
            (self.bots if account.is_bot else self.people).append(account)

    # --- look-up ---

    def account(self, account_id: int) -> Account:
        """Return the account with this id; raises PEER_ID_INVALID."""
        try:
            return self.state.accounts[account_id]
        except KeyError:
            raise RpcError(400, "PEER_ID_INVALID") from None

    def by_token(self, token: str) -> Account | None:
        """Return the bot with this token, or None."""
        return self._by_token.get(token)

    def by_username(self, username: str) -> Account | None:
        """Return the account with this username, or None."""
        return self._by_username.get(username.lower().removeprefix("@"))

    def chat(self, marked: int) -> Chat:
        """Return the chat with this marked id; raises PEER_ID_INVALID."""
        try:
            return self.state.chats[marked]
        except KeyError:
            raise RpcError(400, "PEER_ID_INVALID") from None

    def message(self, uid: int) -> Message:
        """Return the message with this uid."""
        return self.state.messages[uid - 1]

    def find(self, viewer: Account, number: int, chat: Chat | None) -> Message | None:
        """Return the viewer's message `number`, in a supergroup or elsewhere, or None."""
        ids = chat.history if chat is not None and chat.supergroup else viewer.inbox
        if not 1 <= number <= len(ids):
            return None
        message = self.message(ids[number - 1])
        return None if message.deleted else message

    # --- accounts and groups ---

    def add_person(self, name: str) -> Account:
        """Add a person."""
        state = self.state
        account = Account(state.next_person, name, f"person{state.next_person}")
        state.next_person += 1
        return self._add(account)

    def add_bot(self, name: str, *, privacy_mode: bool = True) -> Account:
        """Add a bot with a token."""
        state = self.state
        number = state.next_bot
        token = _token(number)
        account = Account(number, name, f"{_letters(name)}{number}_bot", token, privacy_mode)
        state.next_bot += 1
        self._by_token[token] = account
        return self._add(account)

    def _add(self, account: Account) -> Account:
        self.state.accounts[account.id] = account
        (self.bots if account.is_bot else self.people).append(account)
        self._by_username[account.username.lower()] = account
        return account

    def block(self, person: Account, bot: Account, *, blocked: bool) -> None:
        """Have a person block a bot, or unblock it."""
        if blocked == (person.id in bot.blocked_by):
            return
        (bot.blocked_by.add if blocked else bot.blocked_by.discard)(person.id)
        change = (Rank.MEMBER, Rank.BANNED) if blocked else (Rank.BANNED, Rank.MEMBER)
        self.journal.standing(bot, 0, person.id, person.id, change)

    def add_username(self, account: Account, username: str) -> None:
        """Add an active username beside the first."""
        account.usernames.append(username)
        self._by_username[username.lower()] = account

    def renew_token(self, bot: Account) -> str:
        """Replace a bot's token, and return the new one; the old one expires."""
        del self._by_token[bot.token]
        self.state.expired_tokens.add(bot.token)
        bot.token = _token(bot.id)
        self._by_token[bot.token] = bot
        return bot.token

    # --- messages ---

    def write(
        self,
        person: Account,
        to: int,
        text: str,
        reply_to: int = 0,
        *,
        anonymous: bool = False,
        newer: NewerPart | None = None,
    ) -> Message:
        """Have a person write to a bot (id) or group (marked id), and return the message.

        `reply_to` is a uid. An administrator of a supergroup may stay anonymous: the group then
        signs.
        """
        if person.deleted:
            raise RpcError(401, "USER_DEACTIVATED")
        if to > 0:
            return self._write_to_bot(person, self.account(to), text, reply_to, newer)
        chat = self.chat(to)
        refusals.unless_may_write_in(chat, person)
        if anonymous and not (chat.supergroup and chat.rank(person.id).administers):
            raise RpcError(400, "SEND_AS_PEER_INVALID")
        message = self.journal.message(chat.marked, person.id, text, reply_to)
        message.anonymous, message.newer = anonymous, newer
        replied_to = self.message(reply_to) if reply_to else None
        for bot in self.journal.bots_in(chat):
            addressed = privacy.is_addressed(chat, message, replied_to, bot)
            if privacy.sees(chat, message, bot, addressed=addressed):
                message.deliveries[bot.id] = Delivery(addressed)
                self.journal.post(bot, chat, message)
        return message

    def _write_to_bot(
        self, person: Account, bot: Account, text: str, reply_to: int, newer: NewerPart | None
    ) -> Message:
        if not bot.is_bot:
            raise RpcError(400, "PEER_ID_INVALID")
        bot.known.add(person.id)
        self.block(person, bot, blocked=False)
        message = self.journal.message(person.id, person.id, text, reply_to, bot=bot.id)
        message.newer = newer
        message.deliveries[bot.id] = Delivery(addressed=True)
        self.answers.await_answer(message)
        self.journal.post(bot, None, message)
        return message

    def send(
        self,
        bot: Account,
        to: Account | Chat,
        text: str,
        *,
        random_id: int,
        reply_to: int = 0,
        entities: bytes = b"",
    ) -> tuple[Message, Event]:
        """Have a bot write; raises Telegram's refusals. `reply_to` is a message id of the bot."""
        chat = to if isinstance(to, Chat) else None
        refusals.unless_may_write(bot, to)
        refusals.unless_sendable(text)
        refusals.if_repeated(self.state, bot, random_id, memory=self.random_id_memory)
        replied_to = self.find(bot, reply_to, chat) if reply_to else None
        if reply_to and replied_to is None:
            raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
        marked = chat.marked if chat is not None else to.id
        message = self.journal.message(
            marked, bot.id, text, replied_to.uid if replied_to else 0, bot=0 if chat else bot.id
        )
        message.random_id, message.entities = random_id, entities
        bot.random_ids[random_id] = (message.uid, message.date)
        if chat is not None:
            chat.last_bot = bot.id
        self.answers.answered(bot, message, replied_to)
        event = self.journal.post(bot, chat, message)
        self.bot_wrote(bot, message)
        return message, event

    def edit(self, bot: Account, message: Message, chat: Chat | None, text: str) -> Event:
        """Have a bot edit its message; return the event."""
        if message.sender != bot.id:
            raise RpcError(403, "MESSAGE_AUTHOR_REQUIRED")
        refusals.unless_sendable(text)
        if text == message.text:
            raise RpcError(400, "MESSAGE_NOT_MODIFIED")
        message.text, message.edited = text, time.time()
        return self.journal.tell(bot, chat, EventKind.EDITED, [message.uid])

    def withdraw(self, message: Message) -> None:
        """Have a person delete a message for everybody."""
        message.deleted = True
        chat = self.chat(message.chat) if message.chat < 0 else None
        for bot in message.deliveries:
            self.journal.tell(self.account(bot), chat, EventKind.DELETED, [message.uid])

    def delete(self, bot: Account, found: list[Message], chat: Chat | None) -> Event | None:
        """Delete what the bot may delete; return its own mailbox's event, or None."""
        may_delete_all = chat is None or chat.rank(bot.id).administers
        if any(m.sender != bot.id for m in found) and not may_delete_all:
            raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
        for message in found:
            message.deleted = True
        if not found:
            return None
        return self.journal.tell(bot, chat, EventKind.DELETED, [message.uid for message in found])


def _nobody_listens(bot: Account, message: Message) -> None:
    del bot, message


def _token(number: int) -> str:
    return f"{number}:{secrets.token_urlsafe(26)[:35]}"


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())[:16]

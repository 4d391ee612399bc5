"""Who there is, what is written, and who is told of it; knows no connection."""

import secrets
import time
from collections.abc import Callable, Iterable

from engine.simulator import mailbox, privacy, refusals
from engine.simulator.answers import Answers
from engine.simulator.rpc_error import RpcError
from engine.simulator.state import (
    Account,
    Chat,
    Delivery,
    Event,
    EventKind,
    Message,
    Rank,
    State,
)

Notify = Callable[[Account, int, Event], None]  # account, supergroup or 0, event
NotifyChat = Callable[[Account, Chat], None]


class World:
    """All operations on the state; `notify` hears of each event of each mailbox at once."""

    def __init__(self, state: State, *, random_id_memory: float) -> None:
        self.state = state
        self.random_id_memory = random_id_memory  # seconds
        self.notify: Notify = _nobody_listens
        self.notify_chat: NotifyChat = _nobody_listens
        self._by_token = {a.token: a for a in state.accounts.values() if a.token}
        self._by_username = {a.username.lower(): a for a in state.accounts.values() if a.username}
        self.answers = Answers(state)
        self.bots: list[Account] = []
        self.people: list[Account] = []
        for account in state.accounts.values():
            (self.bots if account.is_bot else self.people).append(account)

    # --- finding ---

    def account(self, account_id: int) -> Account:
        try:
            return self.state.accounts[account_id]
        except KeyError:
            raise RpcError(400, "PEER_ID_INVALID") from None

    def by_token(self, token: str) -> Account | None:
        return self._by_token.get(token)

    def by_username(self, username: str) -> Account | None:
        return self._by_username.get(username.lower().removeprefix("@"))

    def chat(self, marked: int) -> Chat:
        try:
            return self.state.chats[marked]
        except KeyError:
            raise RpcError(400, "PEER_ID_INVALID") from None

    def message(self, uid: int) -> Message:
        return self.state.messages[uid - 1]

    def find(self, viewer: Account, number: int, chat: Chat | None) -> Message | None:
        """The message `viewer` knows under `number`, in a supergroup or elsewhere."""
        ids = chat.history if chat is not None and chat.supergroup else viewer.inbox
        if not 1 <= number <= len(ids):
            return None
        message = self.message(ids[number - 1])
        return None if message.deleted else message

    # --- accounts and groups ---

    def add_person(self, name: str) -> Account:
        state = self.state
        account = Account(state.next_person, name, f"person{state.next_person}")
        state.next_person += 1
        return self._add(account)

    def add_bot(self, name: str, *, privacy_mode: bool = True) -> Account:
        state = self.state
        number = state.next_bot
        token = f"{number}:{secrets.token_urlsafe(26)[:35]}"
        account = Account(number, name, f"{_letters(name)}{number}_bot", token, privacy_mode)
        state.next_bot += 1
        self._by_token[token] = account
        return self._add(account)

    def _add(self, account: Account) -> Account:
        self.state.accounts[account.id] = account
        (self.bots if account.is_bot else self.people).append(account)
        self._by_username[account.username.lower()] = account
        return account

    def add_group(
        self,
        title: str,
        *,
        supergroup: bool,
        members: Iterable[int],
        administrators: Iterable[int] = (),
    ) -> Chat:
        """A new group; its creator is the first person among the members."""
        state = self.state
        ranks = {self.account(member).id: Rank.MEMBER for member in members}
        ranks.update({self.account(one).id: Rank.ADMINISTRATOR for one in administrators})
        creator = next((i for i in ranks if not state.accounts[i].is_bot), None)
        if creator is None:
            raise RpcError(400, "USERS_TOO_FEW")
        ranks[creator] = Rank.CREATOR
        number = state.next_supergroup if supergroup else state.next_group
        if supergroup:
            state.next_supergroup += 1
        else:
            state.next_group += 1
        chat = Chat(number, title, supergroup, time.time(), ranks)
        state.chats[chat.marked] = chat
        self._announce(chat)
        self._service(chat, creator, "created")
        return chat

    def _announce(self, chat: Chat) -> None:
        for bot in self._bots_in(chat):
            self.notify_chat(bot, chat)

    def _bots_in(self, chat: Chat) -> list[Account]:
        accounts = self.state.accounts
        return [accounts[member] for member in chat.members if accounts[member].is_bot]

    def join(self, chat: Chat, who: int, by: int | None = None) -> None:
        """Make an account a member and tell the group."""
        if self.account(who).id in chat.members:
            raise RpcError(400, "USER_ALREADY_PARTICIPANT")
        chat.members[who] = Rank.MEMBER
        chat.version += 1
        self._announce(chat)
        self._service(chat, by or who, "joined", who)

    def leave(self, chat: Chat, who: int, by: int | None = None) -> None:
        """End a membership; the one who left is told last."""
        if who not in chat.members:
            raise RpcError(400, "USER_NOT_PARTICIPANT")
        self._service(chat, by or who, "left", who)
        del chat.members[who]
        chat.version += 1
        self._announce(chat)
        account = self.account(who)
        if account.is_bot:
            self.notify_chat(account, chat)

    def set_rank(self, chat: Chat, who: int, rank: Rank) -> None:
        if who not in chat.members:
            raise RpcError(400, "USER_NOT_PARTICIPANT")
        chat.members[who] = rank
        chat.version += 1
        self._announce(chat)

    def migrate(self, chat: Chat) -> Chat:
        """Turn a basic group into a supergroup, as Telegram does when a group grows."""
        if chat.supergroup or chat.migrated_to:
            raise RpcError(400, "CHAT_ID_INVALID")
        state = self.state
        number = state.next_supergroup
        state.next_supergroup += 1
        grown = Chat(number, chat.title, True, time.time(), dict(chat.members))
        grown.migrated_from = chat.id
        state.chats[grown.marked] = grown
        creator = next(i for i, rank in chat.members.items() if rank is Rank.CREATOR)
        chat.migrated_to = number
        chat.version += 1
        self._announce(chat)
        self._announce(grown)
        self._service(chat, creator, "migrated_to", number)
        self._service(grown, creator, "migrated_from", chat.id)
        return grown

    # --- writing ---

    def write(self, person: Account, to: int, text: str, reply_to: int = 0) -> Message:
        """A person writes to a bot (its id) or a group (its marked id); `reply_to` is a uid."""
        if to > 0:
            return self._write_to_bot(person, self.account(to), text, reply_to)
        chat = self.chat(to)
        if person.id not in chat.members:
            raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
        if chat.migrated_to:
            raise RpcError(400, "CHAT_ID_INVALID")
        message = self._new_message(chat.marked, person.id, text, reply_to)
        replied_to = self.message(reply_to) if reply_to else None
        self._number(chat, message)
        for bot in self._bots_in(chat):
            addressed = privacy.is_addressed(chat, message, replied_to, bot)
            if privacy.sees(chat, message, bot, addressed=addressed):
                message.deliveries[bot.id] = Delivery(addressed)
                self._post(bot, chat, message)
        return message

    def _write_to_bot(self, person: Account, bot: Account, text: str, reply_to: int) -> Message:
        if not bot.is_bot:
            raise RpcError(400, "PEER_ID_INVALID")
        bot.known.add(person.id)
        bot.blocked_by.discard(person.id)
        message = self._new_message(person.id, person.id, text, reply_to, bot=bot.id)
        message.deliveries[bot.id] = Delivery(addressed=True)
        self.answers.await_answer(message)
        self._post(bot, None, message)
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
        """A bot writes; raises as Telegram refuses. `reply_to` is a message id the bot knows."""
        chat = to if isinstance(to, Chat) else None
        refusals.unless_may_write(bot, to)
        refusals.unless_sendable(text)
        refusals.if_repeated(self.state, bot, random_id, memory=self.random_id_memory)
        replied_to = self.find(bot, reply_to, chat) if reply_to else None
        if reply_to and replied_to is None:
            raise RpcError(400, "REPLY_MESSAGE_ID_INVALID")
        marked = chat.marked if chat is not None else to.id
        message = self._new_message(
            marked, bot.id, text, replied_to.uid if replied_to else 0, bot=0 if chat else bot.id
        )
        message.random_id, message.entities = random_id, entities
        bot.random_ids[random_id] = (message.uid, message.date)
        if chat is not None:
            chat.last_bot = bot.id
            self._number(chat, message)
        self.answers.answered(bot, message, replied_to)
        return message, self._post(bot, chat, message)

    def edit(self, bot: Account, message: Message, chat: Chat | None, text: str) -> Event:
        if message.sender != bot.id:
            raise RpcError(403, "MESSAGE_AUTHOR_REQUIRED")
        refusals.unless_sendable(text)
        if text == message.text:
            raise RpcError(400, "MESSAGE_NOT_MODIFIED")
        message.text, message.edited = text, time.time()
        return self._tell(bot, chat, EventKind.EDITED, [message.uid])

    def delete(self, bot: Account, found: list[Message], chat: Chat | None) -> Event | None:
        """Delete what may be deleted; the event in the bot's own mailbox, None if nothing was."""
        rank = chat.members.get(bot.id) if chat else None
        if any(m.sender != bot.id for m in found) and rank is Rank.MEMBER:
            raise RpcError(403, "MESSAGE_DELETE_FORBIDDEN")
        for message in found:
            message.deleted = True
        if not found:
            return None
        return self._tell(bot, chat, EventKind.DELETED, [message.uid for message in found])

    def _service(self, chat: Chat, sender: int, action: str, subject: int = 0) -> None:
        message = self._new_message(chat.marked, sender, "", 0)
        message.action, message.subject = action, subject
        self._number(chat, message)
        for bot in self._bots_in(chat):
            self._post(bot, chat, message)

    def _new_message(
        self, chat: int, sender: int, text: str, reply_to: int, *, bot: int = 0
    ) -> Message:
        messages = self.state.messages
        message = Message(
            len(messages) + 1, chat, sender, text, time.time(), bot=bot, reply_to=reply_to
        )
        messages.append(message)
        return message

    def _number(self, chat: Chat, message: Message) -> None:
        if chat.supergroup:
            chat.history.append(message.uid)
            message.number = len(chat.history)

    def _post(self, account: Account, chat: Chat | None, message: Message) -> Event:
        if not message.number:
            account.inbox.append(message.uid)
            message.ids[account.id] = len(account.inbox)
        return self._tell(account, chat, EventKind.NEW, [message.uid])

    def _tell(self, account: Account, chat: Chat | None, kind: EventKind, uids: list[int]) -> Event:
        channel = chat.id if chat is not None and chat.supergroup else 0
        box = mailbox.of_channel(account, channel) if channel else account.mailbox
        event = mailbox.append(box, kind, uids, time.time())
        self.notify(account, channel, event)
        return event


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())[:16]


def _nobody_listens(*told: object) -> None:
    del told

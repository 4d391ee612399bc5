"""Writes events into messages and mailboxes, and notifies listeners at once."""

import time
from collections.abc import Callable

from engine.simulator.world import mailbox
from engine.simulator.world.state import (
    Account,
    Chat,
    Event,
    EventKind,
    Message,
    Rank,
    Standing,
    WorldState,
)

Notify = Callable[[Account, int, Event], None]  # account, supergroup or 0, event
NotifyChat = Callable[[Account, Chat], None]
NotifyStanding = Callable[[Account, Standing], None]


class Journal:
    """Calls `notify` with each event of a mailbox, and the others with events outside mailboxes."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self.notify: Notify = _nobody_listens
        self.notify_chat: NotifyChat = _nobody_listens  # the chat's title or type has changed
        self.notify_rights: NotifyChat = _nobody_listens  # the right to write there has changed
        self.notify_standing: NotifyStanding = _nobody_listens

    def message(
        self, chat: int, sender: int, text: str, reply_to: int = 0, *, bot: int = 0
    ) -> Message:
        """Create a message without telling anybody; `chat` is a marked id."""
        messages = self._state.messages
        message = Message(
            len(messages) + 1, chat, sender, text, time.time(), bot=bot, reply_to=reply_to
        )
        messages.append(message)
        if chat < 0:
            self._number(self._state.chats[chat], message)
        return message

    def _number(self, chat: Chat, message: Message) -> None:
        if chat.supergroup:
            chat.history.append(message.uid)
            message.number = len(chat.history)

    def post(self, account: Account, chat: Chat | None, message: Message) -> Event:
        """Put a message into an account's mailbox."""
        if not message.number:
            account.inbox.append(message.uid)
            message.ids[account.id] = len(account.inbox)
        return self.tell(account, chat, EventKind.NEW, [message.uid])

    def tell(self, account: Account, chat: Chat | None, kind: EventKind, uids: list[int]) -> Event:
        """Put an event about messages into an account's mailbox."""
        channel = chat.id if chat is not None and chat.supergroup else 0
        box = mailbox.of_channel(account, channel) if channel else account.mailbox
        event = mailbox.append(box, kind, uids, time.time())
        self.notify(account, channel, event)
        return event

    def service(self, chat: Chat, sender: int, action: str, subject: int = 0) -> None:
        """Create a service message that every bot in the group sees."""
        message = self.message(chat.marked, sender, "")
        message.action, message.subject = action, subject
        for bot in self.bots_in(chat):
            self.post(bot, chat, message)

    def standing(
        self, bot: Account, chat: int, actor: int, subject: int, change: tuple[Rank, Rank]
    ) -> None:
        """Tell a bot of a change of rank: from the first to the second."""
        told = Standing(len(bot.standings) + 1, time.time(), chat, actor, subject, *change)
        bot.standings.append(told)
        self.notify_standing(bot, told)

    def bots_in(self, chat: Chat) -> list[Account]:
        """Return the bots among a chat's members."""
        accounts = self._state.accounts
        return [accounts[member] for member in chat.members if accounts[member].is_bot]


def _nobody_listens(*told: object) -> None:
    del told

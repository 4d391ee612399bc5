"""Manages subscriptions: what chats asked bots to say unprompted.

An administrator or the operator begins one; either of them, or Telegram, ends it.
"""

from collections.abc import Callable

from engine.bots.limits.announcement_spacing import Spacing
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.storage.messages.message import IncomingMessage, OutgoingMessage
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription, SubscriptionRecords


class Subscriptions:
    """Serves all accounts; every change is stored when a call returns. All raise StorageError."""

    def __init__(
        self, records: SubscriptionRecords, gates: Gates, clock: Clock, spacing: Spacing
    ) -> None:
        """Use `spacing` for the intervals of a subscribed chat's announcements."""
        self._records = records
        self._gates = gates
        self._clock = clock
        self.spacing = spacing

    def on_change(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever this process has changed a subscription."""
        self._records.when_changed.append(call)

    @property
    def are_served(self) -> bool:
        """True while bots may say anything unprompted."""
        return self._gates.is_open(Gate.ANNOUNCEMENTS)

    async def wants(self, message: OutgoingMessage) -> bool:
        """Return True if an unprompted message is wanted at this moment."""
        purpose = Purpose(message.purpose or "")
        return self.are_served and await self.is_active(message.account, message.chat, purpose)

    async def is_active(self, account: str, chat: int, purpose: Purpose) -> bool:
        """Return True if the account may speak there now."""
        return await self._records.is_active(account, chat, purpose)

    async def open(self, purpose: Purpose) -> tuple[Subscription, ...]:
        """Return all open subscriptions, of every account."""
        return await self._records.open(purpose)

    async def find(self, account: str, chat: int, purpose: Purpose) -> Subscription | None:
        """Return the open subscription, or else the one that ended last."""
        return await self._records.find(account, chat, purpose)

    async def begin(self, incoming: IncomingMessage, purpose: Purpose, language: str) -> bool:
        """Open the subscription that an administrator asks for; return False if it was open.

        It replaces one that the operator began.
        """
        account, chat, now = incoming.account, incoming.chat, self._clock.now()
        await self._records.end_operators(account, chat, purpose, reason="replaced", at=now)
        return await self._records.begin(
            account,
            chat,
            purpose,
            title=incoming.title,
            peer=incoming.peer,
            by=incoming.sender,
            at=now,
            confirmed=True,
            language=language,
        )

    async def end(self, incoming: IncomingMessage, purpose: Purpose) -> bool:
        """End the subscription that an administrator wants ended; return False if none was open.

        The end is recorded in any case, because an older database may be restored.
        """
        ended = await self._records.end(
            incoming.account,
            incoming.chat,
            purpose,
            reason="unsubscribed",
            at=self._clock.now(),
            asked=True,
        )
        return ended > 0

    async def end_all(self, account: str, chat: int, reason: str) -> int:
        """End all of the account's subscriptions in the chat; return how many."""
        return await self._records.end(account, chat, None, reason=reason, at=self._clock.now())

    async def end_operators(
        self, account: str, chat: int, reason: str, purpose: Purpose | None = None
    ) -> None:
        """End what the operator began, which requires that the account is an administrator."""
        now = self._clock.now()
        await self._records.end_operators(account, chat, purpose, reason=reason, at=now)

    async def confirm(self, one: Subscription, title: str) -> None:
        """Note that Telegram confirmed the account's rights in the chat, and its title."""
        await self._records.confirm(one.id, title, self._clock.now())

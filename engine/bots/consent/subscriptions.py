"""What chats asked bots to say unasked: begun by an administrator or the operator, ended by either
of them or by Telegram."""

from collections.abc import Callable

from engine.bots.limits.announcement_spacing import Spacing
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.storage.messages.message import IncomingMessage, OutgoingMessage
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription, SubscriptionRecords


class Subscriptions:
    """Of all accounts; every change is stored when a call returns. All raise StorageError."""

    def __init__(
        self, records: SubscriptionRecords, gates: Gates, clock: Clock, spacing: Spacing
    ) -> None:
        """`spacing` says how often a subscribed chat hears announcements."""
        self._records = records
        self._gates = gates
        self._clock = clock
        self.spacing = spacing

    def on_change(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever this process has changed one."""
        self._records.when_changed.append(call)

    @property
    def are_served(self) -> bool:
        """True while bots may say anything unasked."""
        return self._gates.is_open(Gate.ANNOUNCEMENTS)

    async def wants(self, message: OutgoingMessage) -> bool:
        """Return True if a message that answers nobody is wanted at this moment."""
        purpose = Purpose(message.purpose or "")
        return self.are_served and await self.is_active(message.account, message.chat, purpose)

    async def is_active(self, account: str, chat: int, purpose: Purpose) -> bool:
        """Return True if the account may speak there now."""
        return await self._records.is_active(account, chat, purpose)

    async def open(self, purpose: Purpose) -> tuple[Subscription, ...]:
        """Return all that have not ended, of every account."""
        return await self._records.open(purpose)

    async def find(self, account: str, chat: int, purpose: Purpose) -> Subscription | None:
        """Return the open one, or else the one that ended last."""
        return await self._records.find(account, chat, purpose)

    async def begin(self, incoming: IncomingMessage, purpose: Purpose, language: str) -> bool:
        """Open what an administrator's message asks for; False if it was open already.

        It takes the place of what the operator began.
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
        """End what an administrator's message wants ended; False if nothing was open.

        It holds all the same: an older database may be restored.
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
        """End all that the account does in the chat unasked; return how many that were."""
        return await self._records.end(account, chat, None, reason=reason, at=self._clock.now())

    async def end_operators(
        self, account: str, chat: int, reason: str, purpose: Purpose | None = None
    ) -> None:
        """End what the operator began: it stands on the account's being an administrator."""
        now = self._clock.now()
        await self._records.end_operators(account, chat, purpose, reason=reason, at=now)

    async def confirm(self, one: Subscription, title: str) -> None:
        """Note that Telegram said the account leads the chat, which has that title."""
        await self._records.confirm(one.id, title, self._clock.now())

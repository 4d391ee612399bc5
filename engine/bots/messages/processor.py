"""One bot's messages from arrival to answer: each step is stored before the next is taken.

Killed at any moment, the next process goes on where this one stopped: what was stored and not
answered is answered, what was planned and perhaps sent is sent again under its own random_id.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass

import msgspec

from engine.bots.consent.refusals import heed_refusals
from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits
from engine.bots.messages.chat_queues import ChatQueues
from engine.bots.messages.commands import Request, looks_like_command, request_in
from engine.bots.messages.handlers import why_not
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.outcome import Outcomes, SkipReason
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.traffic import Traffic
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.clock import Clock
from engine.storage.database.schema import IncomingState
from engine.storage.messages.message import (
    IncomingMessage,
    OutgoingMessage,
    UnfinishedIncoming,
    Unsent,
)
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import NOBODY
from engine.storage.messages.operation_totals import OperationTotals
from engine.storage.people.consents import Purpose
from engine.storage.people.erasure import ERASED

EXPIRY = 3600.0  # s; what is older is not answered: after a day offline no chat is flooded
MOST_WAITING = 10_000  # messages of one bot; more stay with Telegram until there is room

Respond = Callable[[IncomingMessage, float], Awaitable[str]]
"""Finds the words for somebody who has waited so many seconds."""

OwnNames = Callable[[], Awaitable[frozenset[str]]]
"""The account's user names on Telegram in lower case, as soon as they are known."""


@dataclass(frozen=True, slots=True)
class MessagingContext:
    """What the bots of a fleet share to process their messages."""

    messages: Messages
    outcomes: Outcomes
    traffic: Traffic
    limits: Limits
    clock: Clock
    on_error: Callable[[BaseException], None]  # an error nobody expected
    own: OwnAccounts
    services: ConsentServices
    operations: OperationTotals
    unasked: UnaskedCounts


class MessageProcessor:
    """Messages of one account; `respond` finds the words, and does what a command asks."""

    def __init__(
        self,
        account: str,
        context: MessagingContext,
        outbox: Outbox,
        respond: Respond,
        own_names: OwnNames,
    ) -> None:
        self._account = account
        self._context = context
        self._outbox = outbox
        self._respond = respond
        self._own_names = own_names
        self._queues = ChatQueues(MOST_WAITING)
        self._taking: set[asyncio.Task[None]] = set()
        self._resuming = False
        self._resumed = asyncio.Event()
        self.received = 0
        self.answered = 0

    async def resume(self) -> None:
        """Take up what an earlier process left unfinished; before the first `receive`.

        Harmless when it was done before. Raises StorageError, and nothing is taken up then.
        """
        if self._resuming:
            return
        unsent = await self._context.messages.unsent(self._account)
        unfinished = await self._context.messages.unfinished_incoming(self._account)
        self._resuming = True
        # Not awaited: there may be more than has room before the account is online.
        self._begin(self._take_up(unsent, unfinished))

    async def receive(self, batch: Sequence[IncomingMessage], usernames: frozenset[str]) -> None:
        """Store messages, then answer them in their turn; returns when they are safe.

        Cancelled (the connection ended), it goes on all the same: a message once stored would
        be taken for a known one when Telegram tells it again, and so must be queued now.
        """
        await asyncio.shield(self._begin(self._take(batch, usernames)))

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        taking = asyncio.get_running_loop().create_task(work)
        self._taking.add(taking)
        taking.add_done_callback(self._taking.discard)
        return taking

    async def _take_up(
        self, unsent: Sequence[Unsent], unfinished: Sequence[UnfinishedIncoming]
    ) -> None:
        if unsent or unfinished:
            await self._own_names()  # online, Telegram's time is known: lateness is judged by it
        for planned in unsent:
            await self._queue_sending(planned.id, planned.message)
        for received in unfinished:
            if received.state is IncomingState.RECEIVED:
                await self._queue(received.id, received.message)
        self._resumed.set()

    async def _take(self, batch: Sequence[IncomingMessage], usernames: frozenset[str]) -> None:
        await self._resumed.wait()  # the older ones first
        context = self._context
        await heed_refusals(context.services.policy, batch, usernames)
        left = [self._why_left(incoming, usernames) for incoming in batch]
        began = context.clock.monotonic()
        stored = await context.messages.store_incoming(
            [_as_left(*one) for one in zip(batch, left, strict=True)]
        )
        took = context.clock.monotonic() - began
        for incoming, reason, kept in zip(batch, left, stored, strict=True):
            if not kept.is_new:
                continue  # after a crash Telegram tells again what had been stored
            self.received += 1
            context.operations.add("store", took, person=incoming.sender)
            context.traffic.received(context.clock.monotonic())
            if reason is not None:
                context.outcomes.leave(reason)
            else:
                await self._queue(kept.id, incoming)

    async def say(self, row: int, message: OutgoingMessage) -> None:
        """Send what is planned and answers nobody, in its turn."""
        await self._queues.add(message.chat, lambda: self._contained(self._say(row, message)))

    async def drained(self) -> None:
        """Wait until every message taken so far is answered or left."""
        await asyncio.gather(*self._taking, return_exceptions=True)
        await self._queues.drained()

    async def stop(self) -> None:
        """Leave off at once; the rest is stored and waits for the next start."""
        for taking in self._taking:
            taking.cancel()
        await asyncio.gather(*self._taking, return_exceptions=True)
        await self._queues.stop()

    def _why_left(self, incoming: IncomingMessage, usernames: frozenset[str]) -> SkipReason | None:
        if self._context.own.said(incoming):
            return SkipReason.OWN_ACCOUNT
        withdraws = why_not(incoming, usernames) is None and bool(_withdrawal(incoming, usernames))
        if self._may_be_answered(incoming) and not withdraws:
            return SkipReason.RESTORED
        if withdraws:
            return None  # carried out however late it comes
        return self._why_late(incoming) or why_not(incoming, usernames)

    def _may_be_answered(self, incoming: IncomingMessage) -> bool:
        """Whether a database that is lost may have answered it already."""
        before = self._context.messages.told_before
        return before is not None and incoming.at < before

    def _why_not_now(
        self, row: int, incoming: IncomingMessage, withdrawal: Request | None
    ) -> SkipReason | None:
        """Judged when its turn has come: others in the chat may have waited long."""
        if self._context.services.privacy.is_forgotten(incoming.sender, row):
            return SkipReason.FORGOTTEN
        limits = self._context.limits
        is_exact = withdrawal is not None and withdrawal.is_exact
        admit = limits.admit_withdrawal if is_exact else limits.admit
        return self._why_late(incoming) or admit(self._account, incoming.chat, incoming.sender)

    def _why_late(self, incoming: IncomingMessage) -> SkipReason | None:
        late = self._context.clock.now() - incoming.at > EXPIRY
        return SkipReason.EXPIRED if late else None

    async def _queue(self, row: int, incoming: IncomingMessage) -> None:
        began = self._context.clock.monotonic()
        await self._queues.add(
            incoming.chat, lambda: self._contained(self._answer(row, incoming, began))
        )

    async def _queue_sending(self, row: int, message: OutgoingMessage) -> None:
        began = self._context.clock.monotonic()
        await self._queues.add(
            message.chat, lambda: self._contained(self._send(row, message, began))
        )

    async def _contained(self, work: Coroutine[None, None, None]) -> None:
        """An error nobody expected stays with its message, which the next start takes up again."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the chat's next message must have its turn
            self._context.on_error(error)

    async def _answer(self, row: int, incoming: IncomingMessage, began: float) -> None:
        """Find the words, plan the answer and send it; or leave the message for a reason."""
        context = self._context
        withdrawal = None
        if looks_like_command(incoming.text):
            withdrawal = _withdrawal(incoming, await self._own_names())
        reason, text = self._why_not_now(row, incoming, withdrawal), ""
        # Who may get no answer for now is heeded all the same.
        if reason is None or (withdrawal and reason is not SkipReason.FORGOTTEN):
            try:
                text = await self._respond(incoming, context.clock.monotonic() - began)
            except Exception as error:  # noqa: BLE001 - a handler's error stays in the handler
                context.on_error(error)
                reason = SkipReason.FAILED
                took = context.clock.monotonic() - began
                context.operations.add("answer", took, person=incoming.sender, failed=True)
            if context.services.privacy.is_forgotten(incoming.sender, row):  # meanwhile
                reason = SkipReason.FORGOTTEN
            elif self._may_be_answered(incoming):  # what it withdraws, it does in silence
                reason = reason or SkipReason.RESTORED
        if reason is not None:
            await context.messages.leave(row, reason, context.clock.now())
            context.outcomes.leave(reason)
            return
        now = context.clock.now()
        message = OutgoingMessage(
            account=self._account,
            chat=incoming.chat,
            random_id=secrets.randbits(64) - (1 << 63),
            text=text,
            peer=incoming.peer,
            at=now,
            expires_at=now + EXPIRY,
            reply_to=incoming.message,
            incoming=row,
        )
        await self._send(await context.messages.plan(message), message, began, incoming.sender)

    async def _send(
        self, row: int, message: OutgoingMessage, began: float, person: int = NOBODY
    ) -> None:
        """Send what is planned, and note how it ended; `person` is whom it answers."""
        if message.purpose is not None:
            await self._say(row, message)
            return
        context = self._context
        sending = context.clock.monotonic()
        reason = await self._outbox.send(message)
        took = context.clock.monotonic() - sending
        context.operations.add("send", took, person=person, failed=reason is not None)
        if reason is not None:
            await context.messages.set_aside(row, reason, context.clock.now())
            context.outcomes.leave(reason)
            return
        context.traffic.answered(context.clock.monotonic(), began)
        context.operations.add("answer", context.clock.monotonic() - began, person=person)
        self.answered += 1
        context.outcomes.answered += 1
        await context.messages.sent(row, context.clock.now())

    async def _say(self, row: int, message: OutgoingMessage) -> None:
        """As `_send`, for what answers nobody: only where it is wanted at that moment."""
        context, counts = self._context, self._context.unasked
        purpose = Purpose(message.purpose or "")
        reason = await self._outbox.send(message, context.services.subscriptions.wants)
        if reason is not None:
            counts.dropped[purpose] += 1
            await context.messages.set_aside(row, reason, context.clock.now())
            return
        counts.sent[purpose] += 1
        await context.messages.sent(row, context.clock.now())


def _as_left(incoming: IncomingMessage, reason: SkipReason | None) -> IncomingMessage:
    """Return the message as it is to be stored, with the reason for which it needs no answer.

    Of one that was told before a database was lost only a tombstone is kept: its sender may have
    had it erased.
    """
    if reason is None:
        return incoming
    if reason is not SkipReason.RESTORED:
        return msgspec.structs.replace(incoming, left=reason)
    return msgspec.structs.replace(
        incoming, left=reason, sender=ERASED, text="", title="", language=None
    )


def _withdrawal(incoming: IncomingMessage, usernames: frozenset[str]) -> Request | None:
    """What somebody takes back from the bot of these names."""
    request = request_in(incoming.text, usernames)
    if request is None or (incoming.of_another and request.is_personal):
        return None
    return request if request.is_withdrawal else None

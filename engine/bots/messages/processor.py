"""Leads a message through one bot, from top to bottom.

received → stored → may we → words → planned → sent → noted.

Each step is stored before the next. If the process is killed at any time, the next one continues
there: stored messages are answered, and planned messages are sent again under their own random_id,
by which Telegram recognises a repetition.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence

import msgspec

from engine.bots.messages.admission import EXPIRY, Admission
from engine.bots.messages.chat_queues import ChatQueues
from engine.bots.messages.command_replies import CommandReplies
from engine.bots.messages.commands import looks_like_command, withdrawal_in
from engine.bots.messages.ended import MessageEnded, MessagesReceived
from engine.bots.messages.left_messages import left, unreadable
from engine.bots.messages.messaging_context import MessagingContext
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.refusals import heed_refusals
from engine.bots.skip_reason import SkipReason
from engine.storage.database.schema import NOBODY, IncomingState
from engine.storage.messages.message import (
    IncomingMessage,
    OutgoingMessage,
    UnfinishedIncoming,
    Unsent,
)
from engine.storage.people.consents import Purpose
from engine.telegram.updates.partial_difference import UnreadMessage

MOST_WAITING = 10_000  # messages of one bot; more stay at Telegram until there is room

OwnNames = Callable[[], Awaitable[frozenset[str]]]
"""Returns the account's user names on Telegram in lower case, once it is online."""


class _Times(msgspec.Struct):
    """The durations of one message, for `MessageEnded`."""

    began: float  # when it was queued, on the steady clock
    person: int = NOBODY
    storing: float | None = None
    sending: float | None = None
    answering: float | None = None


class MessageProcessor:
    """Processes the messages of one account."""

    def __init__(
        self,
        account: str,
        context: MessagingContext,
        outbox: Outbox,
        commands: CommandReplies,
        own_names: OwnNames,
    ) -> None:
        self._account = account
        self._messages = context.messages
        self._services = context.services
        self._admission = Admission(
            context.own, context.limits, context.services.privacy, context.messages, context.clock
        )
        self._conversation = context.conversation
        self._clock = context.clock
        self._publish = context.publish
        self._on_error = context.on_error
        self._outbox = outbox
        self._commands = commands
        self._own_names = own_names
        self._queues = ChatQueues(MOST_WAITING)
        self._taking: set[asyncio.Task[None]] = set()
        self._resuming = False
        self._resumed = asyncio.Event()
        self.received = 0
        self.answered = 0

    # -- received, stored --

    async def receive(self, batch: Sequence[IncomingMessage], usernames: frozenset[str]) -> None:
        """Store messages and queue their answers; return when they are stored.

        It completes even if it is cancelled because the connection ended: a stored message would
        count as known when Telegram sends it again, so it must be queued now.
        """
        await asyncio.shield(self._begin(self._take(batch, usernames)))

    async def _take(self, batch: Sequence[IncomingMessage], usernames: frozenset[str]) -> None:
        await self._resumed.wait()  # older ones first
        await heed_refusals(self._services.policy, batch, usernames)
        reasons = [self._admission.on_arrival(one, usernames) for one in batch]
        arrived = list(map(left, batch, reasons))
        began = self._clock.monotonic()
        stored = await self._messages.store_incoming(arrived)
        storing = self._clock.monotonic() - began
        # After a crash Telegram repeats what was stored.
        new = [one for one in zip(arrived, reasons, stored, strict=True) if one[2].is_new]
        self._count(len(new))
        for incoming, reason, kept in new:
            times = _Times(self._clock.monotonic(), incoming.sender, storing)
            if reason is None:
                await self._queue(kept.id, incoming, times)
            else:
                self._end(times, reason)

    async def receive_unreadable(self, unread: UnreadMessage | None) -> None:
        """Store a message of which only the head is readable; None: not even that."""
        if unread is not None and unread.is_answerable:
            message = unreadable(self._account, unread, self._clock.now())
            (kept,) = await self._messages.store_incoming([message])
            if not kept.is_new:
                return
            self._count(1)
        self._end(_Times(self._clock.monotonic()), SkipReason.UNREADABLE)

    async def resume(self) -> None:
        """Continue what an earlier process left unfinished; call it before the first `receive`.

        Harmless if it was done before. Raises StorageError; nothing is continued then.
        """
        if self._resuming:
            return
        unsent = await self._messages.unsent(self._account)
        unfinished = await self._messages.unfinished_incoming(self._account)
        self._resuming = True
        # Not awaited: there may be more than fit into the queue before the account is online.
        self._begin(self._take_up(unsent, unfinished))

    async def _take_up(
        self, unsent: Sequence[Unsent], unfinished: Sequence[UnfinishedIncoming]
    ) -> None:
        if unsent or unfinished:
            await self._own_names()  # online, Telegram's time is known: lateness depends on it
        for planned in unsent:
            await self.say(planned.id, planned.message)
        for one in unfinished:
            if one.state is IncomingState.RECEIVED:
                times = _Times(self._clock.monotonic(), one.message.sender)
                await self._queue(one.id, one.message, times)
        self._resumed.set()

    async def _queue(self, row: int, incoming: IncomingMessage, times: _Times) -> None:
        await self._queues.add(
            incoming.chat, lambda: self._contained(self._answer(row, incoming, times))
        )

    # -- may we, words, planned --

    async def _answer(self, row: int, incoming: IncomingMessage, times: _Times) -> None:
        """Answer a message in its turn, or leave it for a reason."""
        withdrawal = None
        if looks_like_command(incoming.text):
            withdrawal = withdrawal_in(incoming, await self._own_names())
        reason, text = self._admission.in_turn(row, incoming, withdrawal), ""
        # Even those who get no answer for now are respected.
        if reason is None or (withdrawal and reason is not SkipReason.FORGOTTEN):
            try:
                text = await self._words(incoming, self._clock.monotonic() - times.began)
            except Exception as error:  # noqa: BLE001 - it stays with the message it befell
                self._on_error(error)
                reason = SkipReason.FAILED
                times.answering = self._clock.monotonic() - times.began
            reason = self._admission.once_worded(row, incoming, reason)
        if reason is not None:
            await self._messages.leave(row, reason, self._clock.now())
            self._end(times, reason)
            return
        message = self._reply(row, incoming, text)
        await self._send(await self._messages.plan(message), message, times)

    async def _words(self, incoming: IncomingMessage, waited: float) -> str:
        """Return the text: the reply to a command, else an answer in conversation."""
        if looks_like_command(incoming.text) or not incoming.text:
            reply = await self._commands.reply(incoming, await self._own_names())
            if reply is not None:
                return reply
        return await self._conversation.respond(incoming, waited)

    def _reply(self, row: int, incoming: IncomingMessage, text: str) -> OutgoingMessage:
        now = self._clock.now()
        return OutgoingMessage(
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

    # -- sent, noted --

    async def say(self, row: int, message: OutgoingMessage) -> None:
        """Send the message planned under `row` in its turn."""
        times = _Times(self._clock.monotonic())
        await self._queues.add(
            message.chat, lambda: self._contained(self._send(row, message, times))
        )

    async def _send(self, row: int, message: OutgoingMessage, times: _Times) -> None:
        """Send a planned message, and note how it ended.

        An unprompted one is sent only if it is wanted at that moment.
        """
        purpose = None if message.purpose is None else Purpose(message.purpose)
        wanted = None if purpose is None else self._services.subscriptions.wants
        planned_at = self._clock.monotonic()
        reason = await self._outbox.send(message, wanted)
        arrived_at = self._clock.monotonic()
        times.sending = arrived_at - planned_at
        if reason is None:
            times.answering = arrived_at - times.began if purpose is None else None
            await self._messages.sent(row, self._clock.now())
        else:
            await self._messages.set_aside(row, reason, self._clock.now())
        self._end(times, reason, purpose)

    def _count(self, new: int) -> None:
        if new:
            self.received += new
            self._publish(MessagesReceived(self._account, new))

    def _end(
        self, times: _Times, skipped: SkipReason | None, purpose: Purpose | None = None
    ) -> None:
        self.answered += skipped is None and purpose is None
        self._publish(
            MessageEnded(
                self._account,
                skipped,
                purpose,
                times.person,
                times.storing,
                times.sending,
                times.answering,
            )
        )

    # -- the work itself --

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        taking = asyncio.get_running_loop().create_task(work)
        self._taking.add(taking)
        taking.add_done_callback(self._taking.discard)
        return taking

    async def _contained(self, work: Coroutine[None, None, None]) -> None:
        """Keep an unexpected error with its message, which the next start tries again."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the chat's next message must have its turn
            self._on_error(error)

    async def drained(self) -> None:
        """Wait until every message taken so far is answered or left."""
        await asyncio.gather(*self._taking, return_exceptions=True)
        await self._queues.drained()

    async def stop(self) -> None:
        """Stop at once; the rest is stored and waits for the next start."""
        for taking in self._taking:
            taking.cancel()
        await asyncio.gather(*self._taking, return_exceptions=True)
        await self._queues.stop()

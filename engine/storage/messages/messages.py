"""Stores incoming and outgoing messages, from before they are acknowledged until their end."""

from collections.abc import Awaitable, Sequence

from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState, OutgoingState
from engine.storage.database.statement import Row
from engine.storage.messages import statements
from engine.storage.messages.history_statement import HISTORY
from engine.storage.messages.message import (
    ChatKind,
    Ends,
    HistoryEntry,
    IncomingMessage,
    OutgoingMessage,
    StoredIncoming,
    UnfinishedIncoming,
    Unsent,
)
from engine.storage.peer import Peer
from engine.storage.people.agreement import FIRST_SUPERGROUP, Wrote

_RECEIVED = IncomingState.RECEIVED.value
_LEFT = IncomingState.LEFT.value
_STATES = {state.value: state for state in IncomingState}  # ten times as fast as calling the enum


class Messages:
    """Every write except `sent` returns when it survives a power cut."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def told_before(self) -> float | None:
        """New messages dated before it may have been answered before a restore; None: none may."""
        return self._database.told_before

    async def settled(self) -> None:
        """Wait until all earlier writes are safe, even those of cancelled callers."""
        await self._database.settled()

    async def store_incoming(
        self, messages: Sequence[IncomingMessage]
    ) -> tuple[StoredIncoming, ...]:
        """Store messages; a known one is left unchanged and reported as not new."""
        rows = [self._incoming_row(message) for message in messages]
        stored = await self._database.write_all(statements.store_incoming, rows)
        return tuple(map(_stored, stored, rows))

    async def leave(self, incoming: int, reason: str, at: float) -> None:
        """End an incoming message without an answer; no effect if it has an end."""
        await self._database.write(statements.leave, (incoming, reason, at))

    async def plan(self, message: OutgoingMessage) -> int:
        """Store a message to send, and mark the one it answers, or neither; return the row's id."""
        row = outgoing_row(self._database.next_id(), message)
        return await self._database.write(statements.plan, row)

    async def planned(self, _message: OutgoingMessage, planning: Awaitable[int]) -> int:
        """Await `planning`, which stores the message with something else; return the row's id."""
        return await planning

    async def sent(self, outgoing: int, at: float) -> None:
        """Note that a message arrived, so the one it answers is answered.

        Returns before that is safe: a process killed before sends it again under the same
        random_id, and Telegram drops the duplicate.
        """
        self._database.write_later(statements.sent, (outgoing, at))

    async def set_aside(self, outgoing: int, reason: str, at: float) -> None:
        """Note that a message will not be sent; the one it answers ends with the same reason."""
        await self._database.write(statements.set_aside, (outgoing, reason, at))

    async def unfinished_incoming(self, account: str) -> tuple[UnfinishedIncoming, ...]:
        """Return the unfinished incoming messages, in order of arrival."""
        rows = await self._database.read(statements.UNFINISHED, account)
        return tuple(_unfinished(account, row) for row in rows)

    async def unsent(self, account: str) -> tuple[Unsent, ...]:
        """Return the unsent messages, in order of planning."""
        rows = await self._database.read(statements.UNSENT, account)
        return tuple(_unsent(account, row) for row in rows)

    async def history(self, account: str, chat: int, limit: int) -> tuple[HistoryEntry, ...]:
        """Return the last `limit` messages except announcements, newest last.

        A supergroup's history continues into the basic group it was.
        """
        rows = await self._database.read(HISTORY, account, chat, limit)
        entries = [_entry(row) for row in rows]
        if len(rows) < limit and chat <= FIRST_SUPERGROUP:
            for (former,) in await self._database.read(statements.FORMER_CHAT, account, chat):
                missing = limit - len(entries)
                older = await self._database.read(HISTORY, account, former, missing)
                entries += [_entry(row, numbered=False) for row in older]
        return tuple(reversed(entries))

    async def reason(self, account: str, chat: int, message: int) -> str | None:
        """Return why a message got no answer; None if it was or may be answered, or is unknown."""
        rows = await self._database.read(statements.REASON, account, chat, message)
        return rows[0][0] if rows else None

    def forget(self) -> None:
        """Forget what is held in memory, because others have changed the database."""

    async def ends(self, since: float = 0.0) -> Ends:
        """Return the counts of messages that came at or after `since`; reads them all."""
        rows = await self._database.read(statements.ENDS, float(since))
        states = dict.fromkeys(IncomingState, 0)
        for state, _, count in rows:
            states[IncomingState(state)] += count
        return Ends(states, {reason: count for _, reason, count in rows if reason is not None})

    def _incoming_row(self, message: IncomingMessage) -> Row:
        peer, left = message.peer, message.left
        row = (
            self._database.next_id(),
            message.account,
            message.chat,
            message.message,
            message.sender,
            +message.sender_is_bot,  # a boolean as `insert_batch` wants it
            message.kind,
            storable(message.text),
            +message.mentions_us,
            peer.kept_type,
            peer.id,
            peer.access_hash,
            storable(message.title) if message.title else None,
            storable(message.language) if message.language else None,
            message.at,
            _RECEIVED if left is None else _LEFT,
        )
        of_another = +message.of_another
        return (*row, of_another) if left is None else (*row, left, message.at, of_another)


def _entry(row: Row, *, numbered: bool = True) -> HistoryEntry:
    """Build the entry of a row; with `numbered` False, message ids mean nothing."""
    at, is_ours, sender, text, message, of_another, answered, *asked = row
    if not is_ours:
        return HistoryEntry(
            at, False, sender, text, message if numbered else None, bool(of_another)
        )
    if answered is None:
        return HistoryEntry(at, True, None, text, None)
    asker, asked_at, asked_message, asked_of_another, opening = asked
    number = asked_message if numbered else None
    wrote = Wrote(asker or 0, asked_at or 0.0, number, bool(asked_of_another))
    is_talk = bool(opening) and opening != "/"
    return HistoryEntry(at, True, None, text, None, answers=wrote, is_talk=is_talk)


def _stored(kept: tuple[int, int], row: Row) -> StoredIncoming:
    id_, state = kept
    return StoredIncoming(id_, row[0] == id_, _STATES[state])


def _unfinished(account: str, row: Row) -> UnfinishedIncoming:
    id_, chat, message, sender, is_bot, kind, text, mentions_us, *rest = row
    *peer, title, language, at, state, of_another = rest
    return UnfinishedIncoming(
        id_,
        IncomingMessage(
            account,
            chat,
            message,
            sender,
            bool(is_bot),
            ChatKind(kind),
            text,
            bool(mentions_us),
            Peer.kept(*peer),
            at,
            title or "",
            language,
            of_another=bool(of_another),
        ),
        IncomingState(state),
    )


def outgoing_row(id_: int, message: OutgoingMessage) -> Row:
    """Return the row of `outgoing` for a planned message."""
    peer = message.peer
    return (
        id_,
        message.account,
        message.chat,
        message.incoming,
        message.reply_to,
        message.random_id,
        storable(message.text),
        peer.kept_type,
        peer.id,
        peer.access_hash,
        message.at,
        message.expires_at,
        OutgoingState.PLANNED.value,
        None,
        None,
        message.purpose,
    )


def _unsent(account: str, row: Row) -> Unsent:
    id_, chat, incoming, reply_to, random_id, text, *peer, at, expires_at, purpose = row
    to = Peer.kept(*peer)
    message = OutgoingMessage(
        account, chat, random_id, text, to, at, expires_at, reply_to, incoming, purpose
    )
    return Unsent(id_, message)


def storable(text: str) -> str:
    """Return `text` without NUL (PostgreSQL) and half surrogate pairs (UTF-8)."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")

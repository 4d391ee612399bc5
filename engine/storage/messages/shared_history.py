"""Merges what all accounts of the fleet know of a group's history, each message once.

On Telegram no bot sees another's messages, and with privacy mode on, none sees messages that are
not addressed to it. Here each account knows what any of them received or said.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Integer, Text, bindparam, column, func, select, values

from engine.storage.database.database import Database
from engine.storage.database.identifiers import first_id
from engine.storage.database.schema import IncomingState, OutgoingState, incoming, outgoing
from engine.storage.database.statement import Query, Row
from engine.storage.messages.history_statement import number_asked
from engine.storage.people.agreement import FIRST_SUPERGROUP, Wrote
from engine.storage.people.consents import Purpose
from engine.storage.people.erasure import ERASED

_SAME = 3.0  # s between two accounts' dates of the same message of a basic group
_UNADDRESSED = "not_addressed"
_MANY = 1_000  # rows above which they are merged in a thread: some milliseconds


@dataclass(frozen=True, slots=True)
class MessageCopy:
    """A person's message as one account has it."""

    row: int
    message: int  # Telegram's id; in a basic group the account's own
    is_free: bool  # it was not meant for one of our bots


@dataclass(slots=True)
class SharedLine:
    """One message of a group, by a person or by one of our bots."""

    at: float  # seconds since 1970
    text: str
    person: int | None = None
    bot: str | None = None  # its account
    is_remark: bool = False  # an unprompted message
    answers: Wrote | None = None  # the person's message that a bot's line answers
    is_answered: bool = False  # by a bot
    of_another: bool = False  # the person forwards what somebody else wrote
    copies: dict[str, MessageCopy] = field(
        default_factory=dict
    )  # of a person's message, by account

    @property
    def wrote(self) -> Wrote | None:
        """The person's line whose consent covers this one; None: there is none."""
        if self.person is None:
            return self.answers
        message = next((copy.message for copy in self.copies.values()), None)
        return Wrote(self.person, self.at, message, self.of_another)

    @property
    def is_command(self) -> bool:
        """True for a command."""
        return self.text.startswith("/")

    @property
    def is_talk(self) -> bool:
        """True if it has words and is no command."""
        return bool(self.text) and not self.is_command

    @property
    def is_free(self) -> bool:
        """True if a person wrote it to none of our bots, and got no answer from them."""
        copies = self.copies.values()
        return bool(copies) and not self.is_answered and all(copy.is_free for copy in copies)


_account = bindparam("account", type_=Text)
_chat = bindparam("chat", type_=BigInteger)
_most = bindparam("most", type_=Integer)

_THEIRS = Query(
    select(
        incoming.c.id,
        incoming.c.account,
        incoming.c.message,
        incoming.c.sender,
        incoming.c.sender_is_bot,
        incoming.c.text,
        incoming.c.at,
        incoming.c.state,
        incoming.c.reason,
        incoming.c.of_another,
    )
    .where(incoming.c.account == _account, incoming.c.chat == _chat)
    .order_by(incoming.c.message.desc())
    .limit(_most),
    ("account", "chat", "most"),
)
_OURS = Query(
    select(
        outgoing.c.account,
        outgoing.c.text,
        outgoing.c.at,
        outgoing.c.purpose,
        outgoing.c.incoming,
        incoming.c.text,
        incoming.c.sender,
        incoming.c.at,
        number_asked(incoming),
        incoming.c.of_another,
    )
    .select_from(outgoing.outerjoin(incoming, incoming.c.id == outgoing.c.incoming))
    .where(
        outgoing.c.account == _account,
        outgoing.c.chat == _chat,
        outgoing.c.state != OutgoingState.SET_ASIDE.value,
    )
    .order_by(outgoing.c.id.desc())
    .limit(_most),
    ("account", "chat", "most"),
)
_HEARD = Query(
    select(incoming.c.chat, func.max(incoming.c.id))
    .where(
        incoming.c.id >= bindparam("first", type_=BigInteger),
        incoming.c.kind == "group",
        ~incoming.c.sender_is_bot,
    )
    .group_by(incoming.c.chat),
    ("first",),
)
_REMARKS = Query(
    select(outgoing.c.account, outgoing.c.at)
    .where(
        outgoing.c.id >= bindparam("first", type_=BigInteger),
        outgoing.c.purpose == Purpose.TALK.value,
        outgoing.c.state != OutgoingState.SET_ASIDE.value,
    )
    .order_by(outgoing.c.id),
    ("first",),
)


class SharedHistory:
    """Every method raises StorageError if the database cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, accounts: Collection[str], chat: int, limit: int) -> tuple[SharedLine, ...]:
        """Return the last `limit` messages that the accounts received or sent, newest last."""
        read = self._database.read
        theirs: list[Row] = []
        ours: list[Row] = []
        for account in await self._present(accounts, chat):
            theirs += await read(_THEIRS, account, chat, limit)
            ours += await read(_OURS, account, chat, limit)
        if len(theirs) + len(ours) > _MANY:
            lines = await asyncio.to_thread(_merged, theirs, ours, chat)
        else:
            lines = _merged(theirs, ours, chat)
        return tuple(lines[-limit:])

    async def heard_since(self, at: float) -> Mapping[int, int]:
        """Return the groups in which people spoke since `at`, each with a number that grows."""
        rows = await self._database.read(_HEARD, first_id(at))
        return {row[0]: row[1] for row in rows}

    async def remarks_since(self, at: float) -> Sequence[tuple[str, float]]:
        """Return account and time of each remark planned since `at`, oldest first."""
        return [(row[0], row[1]) for row in await self._database.read(_REMARKS, first_id(at))]

    async def _present(self, accounts: Collection[str], chat: int) -> Iterable[str]:
        """Return the accounts that have any message of the chat."""
        if not accounts:
            return ()
        given = values(column("account", Text), name="given").data([(one,) for one in accounts])
        known = given.cte("known")
        heard = select(1).where(incoming.c.account == known.c.account, incoming.c.chat == chat)
        said = select(1).where(outgoing.c.account == known.c.account, outgoing.c.chat == chat)
        present = select(known.c.account).where(heard.exists() | said.exists())
        return [account for (account,) in await self._database.read(present)]


def _merged(theirs: Iterable[Row], ours: Sequence[Row], chat: int) -> list[SharedLine]:
    """Return each message once, newest last."""
    people = _people(theirs, by_number=chat <= FIRST_SUPERGROUP)
    answered = {row[4] for row in ours if row[4] is not None}
    for line in people:
        line.is_answered = any(copy.row in answered for copy in line.copies.values())
    return sorted((*people, *map(_own, ours)), key=lambda line: line.at)


def _own(row: Row) -> SharedLine:
    """Build our line; leave the text empty for announcements and command replies."""
    account, text, at, purpose, answered, asked, sender, asked_at, message, of_another = row
    is_remark = purpose == Purpose.TALK.value
    was_asked = bool(asked) and not asked.startswith("/")  # empty if a person had it deleted
    line = SharedLine(at, "", bot=account, is_remark=is_remark)
    if is_remark if answered is None else was_asked:
        line.text = text
    if answered is not None:
        line.answers = Wrote(sender or ERASED, asked_at or 0.0, message, bool(of_another))
    return line


def _people(rows: Iterable[Row], *, by_number: bool) -> list[SharedLine]:
    """Return what people wrote, each message once."""
    lines: dict[object, list[SharedLine]] = {}
    for row in sorted(rows, key=lambda row: (row[6], row[0])):
        id_, account, message, sender, is_bot, text, at, state, reason, of_another = row
        if is_bot or reason == "own_account":
            continue
        known = lines.setdefault(message if by_number else (sender, text), [])
        line = next(_same(known, account, None if by_number else at), None)
        if line is None:
            line = SharedLine(at, text, person=sender, of_another=bool(of_another))
            known.append(line)
        is_free = state == IncomingState.LEFT.value and reason == _UNADDRESSED
        line.copies[account] = MessageCopy(id_, message, is_free)
    return [line for own in lines.values() for line in own]


def _same(known: Iterable[SharedLine], account: str, at: float | None) -> Iterator[SharedLine]:
    """Yield the lines of which a message that `account` got `at` may be a copy."""
    for line in known:
        if at is None or (account not in line.copies and at - line.at <= _SAME):
            yield line

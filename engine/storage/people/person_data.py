"""Reads and erases all data about one person, over all accounts.

An erased message stays as a tombstone, its ids without text and sender: Telegram may send it again,
and the counts of messages must still add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Integer, Text, bindparam, func, select

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps, insert_batch
from engine.storage.database.schema import (
    OutgoingState,
    audit,
    incoming,
    llm_usage,
    outgoing,
)
from engine.storage.database.statement import Query, Row
from engine.storage.llm_usage import Scope
from engine.storage.people.erasure import (
    CLEAR,
    FORGOTTEN,
    all_but_messages,
    erase_messages,
)
from engine.storage.record.record import KeepLines, erased

_BATCH = 500  # messages erased in one transaction


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One message of a person, or an answer to one."""

    at: float  # seconds since 1970
    account: str
    chat: int
    is_ours: bool
    text: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """The amount of data about a person."""

    messages: int
    answers: int
    chats: int
    bots: int
    model_answers: int = 0  # calls of language models
    tokens: int = 0  # used by those calls


_person = bindparam("person", type_=BigInteger)
_most = bindparam("most", type_=Integer)

_THEIRS = Query(
    select(incoming.c.id, incoming.c.at, incoming.c.account, incoming.c.chat, incoming.c.text)
    .where(incoming.c.sender == _person)
    .order_by(incoming.c.id.desc())
    .limit(_most),
    ("person", "most"),
)
_ANSWERS = Query(
    select(outgoing.c.id, outgoing.c.at, outgoing.c.account, outgoing.c.chat, outgoing.c.text)
    .join(incoming, incoming.c.id == outgoing.c.incoming)
    .where(incoming.c.sender == _person, outgoing.c.state != OutgoingState.SET_ASIDE.value)
    .order_by(outgoing.c.id.desc())
    .limit(_most),
    ("person", "most"),
)
_COUNT = Query(
    select(
        func.count(),
        func.count(incoming.c.chat.distinct()),
        func.count(incoming.c.account.distinct()),
    ).where(incoming.c.sender == _person),
    ("person",),
)
_ACCOUNTS = Query(
    select(incoming.c.account).where(incoming.c.sender == _person).distinct(), ("person",)
)
_COUNT_ANSWERS = Query(
    select(func.count())
    .select_from(outgoing.join(incoming, incoming.c.id == outgoing.c.incoming))
    .where(incoming.c.sender == _person, outgoing.c.state != OutgoingState.SET_ASIDE.value),
    ("person",),
)
_UP_TO = Query(
    select(incoming.c.id)
    .where(
        incoming.c.sender == _person,
        incoming.c.id < bindparam("end", type_=BigInteger),
    )
    .limit(_BATCH),
    ("person", "end"),
)


_USAGE = Query(
    select(
        func.sum(llm_usage.c.calls),
        func.sum(llm_usage.c.prompt_tokens + llm_usage.c.completion_tokens),
    ).where(
        llm_usage.c.scope == Scope.PERSON.value,
        llm_usage.c.subject == bindparam("subject", type_=Text),
    ),
    ("subject",),
)


class PersonRecords:
    """Data by the person's Telegram id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holdings(self, person: int) -> Holdings:
        """Return the amount of data about a person."""
        messages, chats, bots = (await self._database.read(_COUNT, person))[0]
        answers = (await self._database.read(_COUNT_ANSWERS, person))[0][0]
        calls, tokens = (await self._database.read(_USAGE, str(person)))[0]
        return Holdings(messages, answers, chats, bots, calls or 0, tokens or 0)

    async def accounts(self, person: int) -> tuple[str, ...]:
        """Return the accounts that the person ever wrote to."""
        return tuple(account for (account,) in await self._database.read(_ACCOUNTS, person))

    async def lines(self, person: int, most: int) -> tuple[PersonLine, ...]:
        """Return the newest `most` messages and answers, newest first."""
        theirs = await self._database.read(_THEIRS, person, most)
        answers = await self._database.read(_ANSWERS, person, most)
        rows = [(*row, False) for row in theirs] + [(*row, True) for row in answers]
        rows.sort(reverse=True)
        return tuple(
            PersonLine(at, account, chat, ours, text)
            for _, at, account, chat, text, ours in rows[:most]
        )

    async def find_request(self, account: str, chat: int, message: int) -> int:
        """Return the id of a stored message."""
        found = await self._database.read(
            select(incoming.c.id).where(
                incoming.c.account == account,
                incoming.c.chat == chat,
                incoming.c.message == message,
            )
        )
        return int(found[0][0])

    async def erase(self, person: int, request: int, at: float) -> int:
        """Erase what came before the message `request`, then that one; return how many others.

        If interrupted, the request stays, so that it is repeated. The audit log gets an entry
        without contents.
        """
        count = 0
        while ids := await self._database.read(_UP_TO, person, request):
            await self._database.write_all(erase_messages, [(id_, FORGOTTEN, at) for (id_,) in ids])
            count += len(ids)
        entry = (
            self._database.next_id(),
            at,
            "person",
            "forget",
            "",  # the person is unknown here from now on
            f'{{"messages": {count}}}',
        )
        await self._database.write(_finish, (person, request, entry))
        return count


_INSERT_AUDIT = insert_batch(audit)


def _finish(rows: Sequence[Row]) -> Steps[None]:
    """Finish erasures: rows of (person, request, row of `audit`)."""
    for person, request, entry in rows:
        for statement in all_but_messages(person):
            yield Step(statement)
        yield Step(CLEAR, [(request,)])
        yield Step(_INSERT_AUDIT, [entry])
        yield KeepLines((erased(person, request, entry[1]),))
    return [None] * len(rows)

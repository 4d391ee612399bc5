"""Repeats in an older database what the record says."""

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select, union

from engine.storage.database.identifiers import first_id
from engine.storage.database.operation import Outcome, Step, update_batch
from engine.storage.database.schema import (
    consents,
    incoming,
    memories,
    operation_metrics,
    subscriptions,
)
from engine.storage.people.erasure import FORGOTTEN, all_but_messages, erase_messages
from engine.storage.record.record import (
    ACCOUNT_REMOVED,
    EVERY_PURPOSE,
    Hashes,
    RecordKind,
    RecordLine,
    RecordStep,
)

_BATCH = 500  # messages

_WITHDRAW = update_batch(
    consents, ("person", "chat", "account", "purpose", "given_at"), given=("withdrawn_at",)
)
_END = update_batch(subscriptions, ("id",), given=("ended_at", "reason"))

_PEOPLE = union(
    select(incoming.c.sender),
    select(consents.c.person),
    select(memories.c.person),
    select(operation_metrics.c.person),
    select(subscriptions.c.given_by).where(subscriptions.c.given_by.is_not(None)),
)

Part = Generator[Step | RecordStep, Outcome, None]


def reapply(lines: Sequence[RecordLine], hashes: Hashes) -> Part:
    """Repeat the record; what was given or stored after a line stays."""
    book = _Book(lines, hashes)
    yield from _consents(book)
    yield from _subscriptions(book)
    yield from _erasures(book)
    yield from _memories_of_retired(book)


class _Book:
    """The lines by kind and hash."""

    def __init__(self, lines: Sequence[RecordLine], hashes: Hashes) -> None:
        self.hashes = hashes
        self._by_mark: dict[tuple[str, str], list[RecordLine]] = defaultdict(list)
        for line in lines:
            self._by_mark[line.kind, line.mark].append(line)
        self.kinds = {line.kind for line in lines}

    def of(self, kind: RecordKind, mark: str) -> Sequence[RecordLine]:
        return self._by_mark.get((kind, mark), ())

    def chats(self, chat: int) -> Iterator[str]:
        """Yield the hashes of a chat and of those it became."""
        mark, known = self.hashes.chat(chat), set[str]()
        while mark not in known:
            known.add(mark)
            yield mark
            if moves := self.of(RecordKind.MOVED, mark):
                mark = moves[-1].detail

    def end_of_consent(
        self, person: int, chat: int, account: str, purpose: str, given_at: float
    ) -> float | None:
        """Return when it first ended after it was given; None if it did not."""
        found = [
            line.at
            for mark in self.chats(chat)
            for line in self.of(
                RecordKind.WITHDRAWN, self.hashes.consent(person, account, mark, purpose)
            )
        ]
        if account:  # empty: every bot of a group
            found += [line.at for line in self.of(RecordKind.RETIRED, self.hashes.account(account))]
        return min((at for at in found if at >= given_at), default=None)

    def end_of_subscription(
        self, account: str, chat: int, purpose: str, given_by: int | None, given_at: float
    ) -> tuple[float, str] | None:
        """Return when and why it first ended after it was given; None if it did not."""
        retired = self.of(RecordKind.RETIRED, self.hashes.account(account))
        found = [(line.at, ACCOUNT_REMOVED) for line in retired]
        kinds = (
            (RecordKind.ENDED, RecordKind.ENDED_OPERATORS)
            if given_by is None
            else (RecordKind.ENDED,)
        )
        for mark in self.chats(chat):
            for which in (purpose, EVERY_PURPOSE):
                own = self.hashes.subscription(account, mark, which)
                found += [(line.at, line.detail) for kind in kinds for line in self.of(kind, own)]
        return min((end for end in found if end[0] >= given_at), default=None)


def _consents(book: _Book) -> Part:
    standing: Outcome = yield Step(
        select(*(consents.columns[name] for name in _KEY)).where(consents.c.withdrawn_at.is_(None))
    )
    ends = [(row, book.end_of_consent(*row)) for row in standing.rows]
    if over := [(*row, at) for row, at in ends if at is not None]:
        yield Step(_WITHDRAW, over)


_KEY = ("person", "chat", "account", "purpose", "given_at")


def _subscriptions(book: _Book) -> Part:
    columns = subscriptions.c
    open_: Outcome = yield Step(
        select(
            columns.id,
            columns.account,
            columns.chat,
            columns.purpose,
            columns.given_by,
            columns.given_at,
        ).where(columns.ended_at.is_(None))
    )
    ends = [(row[0], book.end_of_subscription(*row[1:])) for row in open_.rows]
    if over := [(id_, *end) for id_, end in ends if end is not None]:
        yield Step(_END, over)


def _erasures(book: _Book) -> Part:
    if RecordKind.ERASED not in book.kinds:
        return
    people: Outcome = yield Step(_PEOPLE)
    for (person,) in people.rows:
        if lines := book.of(RecordKind.ERASED, book.hashes.person(person)):
            at = max(line.at for line in lines)
            newest_row = max(int(line.detail) for line in lines)
            yield from _erase(person, newest_row, at)


def _erase(person: int, newest_row: int, at: float) -> Part:
    theirs: Outcome = yield Step(
        select(incoming.c.id).where(incoming.c.sender == person, incoming.c.id <= newest_row)
    )
    rows: list[tuple[Any, ...]] = [(id_, FORGOTTEN, at) for (id_,) in theirs.rows]
    for start in range(0, len(rows), _BATCH):
        yield from erase_messages(rows[start : start + _BATCH])
    yield Step(delete(memories).where(memories.c.person == person, memories.c.id <= newest_row))
    for statement in all_but_messages(person, at):
        yield Step(statement)


def _memories_of_retired(book: _Book) -> Part:
    if RecordKind.RETIRED not in book.kinds:
        return
    accounts: Outcome = yield Step(select(memories.c.account).distinct())
    for (account,) in accounts.rows:
        if lines := book.of(RecordKind.RETIRED, book.hashes.account(account)):
            until = first_id(max(line.at for line in lines))
            yield Step(delete(memories).where(memories.c.account == account, memories.c.id < until))

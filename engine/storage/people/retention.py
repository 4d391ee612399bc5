"""Deletes messages, announcements and people's figures after the retention time."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, select

from engine.storage.database.database import Database
from engine.storage.database.identifiers import first_id
from engine.storage.database.operation import Steps, delete_rows, once
from engine.storage.database.schema import (
    NOBODY,
    IncomingState,
    OutgoingState,
    announcements,
    incoming,
    llm_usage,
    operation_metrics,
    outgoing,
)
from engine.storage.database.statement import Row
from engine.storage.llm_usage import Scope
from engine.storage.record.record import PruneRecord

_BATCH = 500  # rows in one transaction, some milliseconds of the writer's time
_ENDED = (
    (outgoing, outgoing.c.state != OutgoingState.PLANNED.value),
    (incoming, incoming.c.state >= IncomingState.ANSWERED.value),
    (announcements, announcements.c.id >= 0),
)
_FIGURES = (
    (operation_metrics, operation_metrics.c.person != NOBODY),
    (llm_usage, llm_usage.c.scope.in_((Scope.PERSON.value, Scope.CHAT.value))),
)
_DELETE = {table: delete_rows(table) for table, _ in _ENDED}

Pause = Callable[[], Awaitable[None]]


async def delete_older(database: Database, before: float, pause: Pause) -> int:
    """Delete what was stored before `before` (seconds since 1970) and has ended; return how many.

    Only figures of people and their chats go, by whole days. Awaits `pause` after each transaction,
    so that others get their turn. Raises StorageError.
    """
    count = 0
    for table, has_ended in _ENDED:
        identifier = table.c.id
        old = select(identifier).where(identifier < first_id(before), has_ended).limit(_BATCH)
        while rows := await database.read(old):
            await database.write_all(_DELETE[table], rows)
            count += len(rows)
            await pause()
    day = datetime.fromtimestamp(before, UTC).strftime("%Y-%m-%d")
    for table, of_people in _FIGURES:
        outdated = delete(table).where(table.c.day < day, of_people)
        if deleted := (await database.write(once(outdated), ())).count:
            count += deleted
            await pause()
    return count


async def prune_record(database: Database, before: float) -> None:
    """Drop entries of the record older than `before`; raises StorageError."""

    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield PruneRecord(before)
        return [None] * len(rows)

    await database.write(steps, ())

"""Deletes messages and announcements that are older than they may be kept, a few at a time."""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import select

from engine.storage.database import Database
from engine.storage.identifiers import first_id
from engine.storage.operation import Steps, delete_rows
from engine.storage.record import Prune
from engine.storage.schema import (
    IncomingState,
    OutgoingState,
    announcements,
    incoming,
    outgoing,
)
from engine.storage.statement import Row

_BATCH = 500  # rows in one transaction, some milliseconds of the writer's time
_ENDED = (
    (outgoing, outgoing.c.state != OutgoingState.PLANNED.value),
    (incoming, incoming.c.state >= IncomingState.ANSWERED.value),
    (announcements, announcements.c.id >= 0),
)
_DELETE = {table: delete_rows(table) for table, _ in _ENDED}

Pause = Callable[[], Awaitable[None]]


async def delete_older(database: Database, before: float, pause: Pause) -> int:
    """Delete what was stored before `before` (seconds since 1970) and has ended; how many rows.

    Awaits `pause` after each transaction, so that others have their turn. Raises StorageError.
    """
    count = 0
    for table, has_ended in _ENDED:
        identifier = table.c.id
        old = select(identifier).where(identifier < first_id(before), has_ended).limit(_BATCH)
        while rows := await database.read(old):
            await database.write_all(_DELETE[table], rows)
            count += len(rows)
            await pause()
    return count


async def prune_record(database: Database, before: float) -> None:
    """Drop what was kept in the record before `before`; raises StorageError."""

    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield Prune(before)
        return [None] * len(rows)

    await database.write(steps, ())

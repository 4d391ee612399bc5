"""Detects a database that is not the one last in use, and repeats what a restore would undo.

Each start of an engine changes the database's mark, and the record beside it holds the newest one.
A restored backup, or an older file put in its place, has another mark. Then the whole record is
applied again, and its open messages are set aside, because they may have been answered.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import and_, delete, func, or_, select, update

from engine.storage.database.operation import Operation, Outcome, Step, Steps, insert_batch
from engine.storage.database.schema import (
    IncomingState,
    OutgoingState,
    announcement_rounds,
    incoming,
    lineage,
    outgoing,
)
from engine.storage.database.statement import Row
from engine.storage.record.record import (
    Hashes,
    KeepLines,
    ReadRecord,
    RecordKind,
    RecordLine,
    RecordStep,
    marked,
)
from engine.storage.restores.reapplied import reapply

RESTORED: Final = "restored"
"""Why a message is not answered that was open in a database put in the place of a newer one."""

BACKUP_MARK: Final = "backup"
"""What every backup bears: no database in use does."""

CARRIED_MARK: Final = "restored"
"""Likewise, where the messages that came lately were taken over from the database replaced."""

_COMMANDS = ("decline", "forget", "unsubscribe")
_text = func.lower(incoming.c.text)
WITHDRAWAL: Final = and_(
    incoming.c.state == IncomingState.RECEIVED.value,
    or_(*(_text.like(f"/{command}%") for command in _COMMANDS)),
)
"""Open messages by which somebody may take something back: carried out whatever is restored."""

_ROW = 1
_PUT = insert_batch(lineage, replace=("mark", "told_before"))
_MARKS = frozenset({RecordKind.KEY, RecordKind.NEXT, RecordKind.SEEN})


@dataclass(frozen=True, slots=True)
class LineageFindings:
    """The findings when a database was opened."""

    is_known: bool  # it is the one last in use
    told_before: float | None  # new messages older than this may have been answered already
    set_aside: int = 0  # messages that were open in it
    is_marked: bool = False  # with a new mark; call `confirm`


def settle(
    mark: str, now: float, others: Sequence[Sequence[RecordLine]] = (), *, renew: bool
) -> Operation[LineageFindings]:
    """Compare the marks and repeat what is missing; `renew` gives a known database `mark` too.

    For an unknown database, `others` are applied as well: a backup may come from theirs. Repeating
    it changes nothing. Call `confirm` after the commit.
    """

    def steps(rows: Sequence[Row]) -> Steps[LineageFindings]:
        found = yield Step(select(lineage.c.mark, lineage.c.told_before).with_for_update())
        old, told_before = found.rows[0] if found.rows else (None, None)
        kept = yield ReadRecord()
        lines = [RecordLine(*row) for row in kept.rows]
        start = _newest(lines)
        is_known = old in _accepted(lines, start) or (old is None and start is None)
        if is_known and not renew and old is not None:
            return [LineageFindings(is_known, told_before)] * len(rows)
        yield KeepLines((marked(RecordKind.NEXT, mark, now),))
        missing = [line for line in lines[(start or 0) if is_known else 0 :] if _is_entry(line)]
        if missing:
            yield from reapply(missing, Hashes(lines[0].mark))
        count = 0
        if not is_known:
            for other in filter(None, others):
                yield from reapply(list(filter(_is_entry, other)), Hashes(other[0].mark))
            count = yield from _set_aside(now, is_carried=old == CARRIED_MARK)
            # Telegram cuts its dates to the second: a message in this one may be either.
            told_before = None if old == CARRIED_MARK else now
        yield Step(_PUT, [(_ROW, mark, told_before)])
        return [LineageFindings(is_known, told_before, count, is_marked=True)] * len(rows)

    return steps


def confirm(mark: str, now: float) -> Operation[None]:
    """Note that the database has `mark`."""

    def steps(rows: Sequence[Row]) -> Steps[None]:
        yield KeepLines((marked(RecordKind.SEEN, mark, now),))
        return [None] * len(rows)

    return steps


def mark_copy(file: Path, mark: str) -> None:
    """Mark a SQLite file that will replace another; no effect on older schemas."""
    with closing(sqlite3.connect(file)) as copy, copy:
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'lineage'").fetchone():
            copy.execute("INSERT OR REPLACE INTO lineage (id, mark) VALUES (?, ?)", (_ROW, mark))


def _newest(lines: Sequence[RecordLine]) -> int | None:
    """Return the position of the newest confirmed mark; None before the first."""
    seen = [line.mark for line in lines if line.kind == RecordKind.SEEN]
    if not seen:
        return None
    return next((n for n, line in enumerate(lines) if line.mark == seen[-1]), None)


def _accepted(lines: Sequence[RecordLine], start: int | None) -> set[str]:
    """Return the marks the database last in use may have: the newest confirmed, or a later one."""
    later = lines if start is None else lines[start:]
    return {line.mark for line in later if line.kind in {RecordKind.NEXT, RecordKind.SEEN}}


def _is_entry(line: RecordLine) -> bool:
    return line.kind not in _MARKS


def _set_aside(now: float, *, is_carried: bool) -> Generator[Step | RecordStep, Outcome, int]:
    """End what is open; return how many messages arrived or were planned without another end.

    Messages that withdraw something stay open: carried ones if they were open, otherwise all.
    """
    ended = {"reason": RESTORED, "ended_at": now}
    is_open = incoming.c.state < IncomingState.ANSWERED.value
    stays = and_(WITHDRAWAL, incoming.c.reason == RESTORED) if is_carried else WITHDRAWAL
    staying = select(incoming.c.id).where(stays)
    came: Outcome = yield Step(
        update(incoming)
        .where(is_open, incoming.c.id.not_in(staying))
        .values(state=IncomingState.LEFT.value, **ended)
    )
    yield Step(update(incoming).where(is_open).values(reason=None))
    planned: Outcome = yield Step(
        update(outgoing)
        .where(outgoing.c.state == OutgoingState.PLANNED.value)
        .values(state=OutgoingState.SET_ASIDE.value, **ended)
    )
    yield Step(delete(announcement_rounds))  # some of which may have been made since
    return came.count + planned.count

"""Carries recent messages over from the database that a restore replaces.

Telegram may send the newest ones again. They are stored like erased messages: ids, without text and
sender. Only an unanswered withdrawal stays as it is, because it must still take effect.
"""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Integer, Select, case, literal, null, or_, select
from sqlalchemy.types import Double, Text

from engine.files.sqlite_errors import FILE_ERRORS
from engine.storage.database.identifiers import first_id
from engine.storage.database.schema import REVISION, IncomingState, incoming
from engine.storage.database.sqlite.backend import connect
from engine.storage.database.sqlite.dialect import DIALECT
from engine.storage.database.statement import compile_once
from engine.storage.people.erasure import ERASED
from engine.storage.restores.lineage import RESTORED, WITHDRAWAL

_RECEIVED = IncomingState.RECEIVED.value
_MARK = f"UPDATE incoming SET reason = ? WHERE id = ? AND state = {_RECEIVED}"  # noqa: S608 - ours

LATELY: Final = 7200.0  # s; older ones expire unanswered, should they be told again


def lately_came(now: float) -> Select[Any]:
    """Select all columns of recent messages in `incoming`, as messages that are left.

    Open withdrawals are included, with a reason that marks them.
    """
    instead: dict[str, Any] = {
        "sender": literal(ERASED, Integer),
        "text": literal("", Text),
        "state": literal(IncomingState.LEFT.value, Integer),
        "ended_at": literal(now, Double),
    }
    stays: dict[str, Any] = {"ended_at": null()}
    columns = [
        case((WITHDRAWAL, stays.get(column.name, column)), else_=instead[column.name])
        if column.name in instead
        else literal(RESTORED, Text)
        if column.name == "reason"
        else column
        for column in incoming.columns
    ]
    labelled = [
        one.label(column.name) for one, column in zip(columns, incoming.columns, strict=True)
    ]
    return select(*labelled).where(or_(incoming.c.id >= first_id(now - LATELY), WITHDRAWAL))


def carry_over(replaced: Path, restored: Path, now: float) -> bool:
    """Copy them between SQLite files; return False if the replaced one cannot be read."""
    sql, parameters = compile_once(lately_came(now), DIALECT)
    marks = ", ".join("?" * len(incoming.columns))
    names = ", ".join(f'"{column.name}"' for column in incoming.columns)
    insert = f"INSERT OR IGNORE INTO incoming ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    id_, state = (incoming.columns.keys().index(name) for name in ("id", "state"))
    try:
        with closing(connect(replaced)) as old:
            (revision,) = old.execute("SELECT version_num FROM alembic_version").fetchone()
            if revision != REVISION:
                return False
            rows = old.execute(sql, parameters).fetchall()
    except (*FILE_ERRORS, TypeError):
        return False
    with closing(connect(restored)) as new:
        new.execute("BEGIN")
        new.executemany(insert, rows)
        new.executemany(_MARK, [(RESTORED, row[id_]) for row in rows if row[state] == _RECEIVED])
        new.execute("COMMIT")
        new.execute("PRAGMA journal_mode = DELETE")
    return True

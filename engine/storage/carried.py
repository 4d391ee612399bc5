"""What a restore takes over from the database it replaces: which messages came lately.

Telegram may tell the newest ones again. What is stored of them is what is left of a message that
was erased: its ids, no text and no sender.
"""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Integer, Select, literal, select
from sqlalchemy.types import Double, Text

from engine.sqlite_errors import FILE_ERRORS
from engine.storage.erasure import ERASED
from engine.storage.identifiers import first_id
from engine.storage.lineage import RESTORED
from engine.storage.schema import REVISION, IncomingState, incoming
from engine.storage.sqlite import DIALECT, connect
from engine.storage.statement import compile_once

LATELY: Final = 7200.0  # s; older ones expire unanswered, should they be told again


def lately_came(now: float) -> Select[Any]:
    """All columns of `incoming` for what came lately, as messages that are left."""
    instead: dict[str, Any] = {
        "sender": literal(ERASED, Integer),
        "text": literal("", Text),
        "state": literal(IncomingState.LEFT.value, Integer),
        "reason": literal(RESTORED, Text),
        "ended_at": literal(now, Double),
    }
    columns = [instead.get(column.name, column).label(column.name) for column in incoming.columns]
    return select(*columns).where(incoming.c.id >= first_id(now - LATELY))


def carry_over(replaced: Path, restored: Path, now: float) -> bool:
    """From one SQLite file into another; False if the one replaced cannot be read."""
    sql, parameters = compile_once(lately_came(now), DIALECT)
    marks = ", ".join("?" * len(incoming.columns))
    names = ", ".join(f'"{column.name}"' for column in incoming.columns)
    insert = f"INSERT OR IGNORE INTO incoming ({names}) VALUES ({marks})"  # noqa: S608 - our own names
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
        new.execute("COMMIT")
        new.execute("PRAGMA journal_mode = DELETE")
    return True

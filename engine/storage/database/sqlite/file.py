"""SQLAlchemy's view of a SQLite file, for what is not a hot path."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from engine.storage.database.sqlite.backend import connect


@contextmanager
def transaction(file: Path) -> Iterator[Connection]:
    """A SQLAlchemy connection to the file, in one transaction that may change its tables."""
    with closing(connect(file, mode="rwc")) as own:
        engine = create_engine("sqlite://", creator=lambda: own, poolclass=NullPool)
        with engine.begin() as connection:
            own.execute("BEGIN IMMEDIATE")  # sqlite3 would leave table definitions out
            yield connection

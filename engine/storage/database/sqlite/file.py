"""Provides SQLAlchemy connections to a SQLite file, for rare operations."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from engine.storage.database.sqlite.backend import connect


@contextmanager
def transaction(file: Path) -> Iterator[Connection]:
    """Yield a SQLAlchemy connection in one transaction that may change tables."""
    with closing(connect(file, mode="rwc")) as own:
        engine = create_engine("sqlite://", creator=lambda: own, poolclass=NullPool)
        with engine.begin() as connection:
            own.execute("BEGIN IMMEDIATE")  # sqlite3 would commit table definitions separately
            yield connection

"""Creates the tables of an empty database, or moves one between revisions, with Alembic."""

import re
from pathlib import Path
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from engine.language import _
from engine.storage.database.errors import StorageError
from engine.storage.database.schema import CONDITION, REVISION, metadata

_UNKNOWN = re.compile(r"Can't locate revision identified by '(.*)'")  # as Alembic says it
_FOLDER = Path(__file__).parent / "migrations"

BASE = "base"  # before the first revision: no tables

_version = Table(  # as Alembic makes it
    "alembic_version", MetaData(), Column("version_num", String(32), nullable=False)
)
_version.append_constraint(PrimaryKeyConstraint("version_num", name="alembic_version_pkc"))


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database; None if it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def migrate(
    connection: Connection, to: str = REVISION, *, direction: Literal["up", "down"] = "up"
) -> None:
    """Bring the database to revision `to`, inside the caller's transaction.

    Raises StorageError if no steps lead there.
    """
    if to == REVISION and direction == "up" and revision_of(connection) is None:
        make_newest(connection)
    else:
        run_steps(connection, to, direction)


def make_newest(connection: Connection) -> None:
    """Create the newest tables where there are none; the steps would create the same."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if condition := index.info.get(CONDITION):
                index.dialect_kwargs[f"{connection.dialect.name}_where"] = text(condition)
    metadata.create_all(connection, checkfirst=False)
    _version.create(connection, checkfirst=True)
    connection.execute(_version.insert().values(version_num=REVISION))


def run_steps(connection: Connection, to: str, direction: Literal["up", "down"]) -> None:
    """Run the steps of the schema's history with Alembic; raises StorageError."""
    from alembic import command  # noqa: PLC0415 - heavy, and rarely needed
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        (command.upgrade if direction == "up" else command.downgrade)(config, to)
    except CommandError as error:
        if unknown := _UNKNOWN.match(str(error)):
            raise StorageError(
                _(
                    "This version of Gavatcore does not know revision {revision} of the database: "
                    "use the newer version that made it, or restore an older backup."
                ).format(revision=unknown[1])
            ) from error
        raise StorageError(
            _("The database cannot be moved to revision {to}: {error}.").format(to=to, error=error)
        ) from error

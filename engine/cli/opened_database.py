"""Opens the database of a data directory for one command; an engine may be using it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import typer

from engine.clock import SystemClock
from engine.settings import Settings
from engine.storage import opening
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageTrouble
from engine.storage.database.trouble import OnTrouble


def _say(trouble: StorageTrouble | None) -> None:
    if trouble is not None:
        typer.echo(trouble.sentence, err=True)


@asynccontextmanager
async def open_database(
    directory: Path, settings: Settings, *, on_trouble: OnTrouble = _say
) -> AsyncIterator[Database]:
    """Open the database, after migrating it if necessary; raises StorageError."""
    url = settings.database_url
    database = await opening.open_database(
        url.get_secret_value() if url else None,
        directory,
        clock=SystemClock(),
        on_trouble=on_trouble,
    )
    try:
        yield database
    finally:
        await database.close()

"""Brings the database at a location to the newest schema, in a child process if steps must run."""

from engine.clock import Clock
from engine.storage.database.schema import REVISION
from engine.storage.locations.location import Location


async def migrate_location(location: Location, clock: Clock) -> None:
    """Bring the schema to the newest revision, after a backup if there is something to lose.

    Steps between revisions run in a process of their own: Alembic takes 16 MB. Raises StorageError.
    """
    found = await location.revision()
    if found is None:
        await location.migrate_here(clock.now())
    elif found != REVISION:
        from engine.storage.locations.migration_child import migrate_in_child  # noqa: PLC0415 - rarely needed

        await migrate_in_child(location.url(), location.directory, clock.now())

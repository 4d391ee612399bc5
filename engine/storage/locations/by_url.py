"""Chooses the kind of database by its URL."""

from pathlib import Path

from engine.language import _
from engine.storage.database.errors import StorageError
from engine.storage.locations.location import Location

FILE_NAME = "gavatcore.db"


def location_of(url: str | None, directory: Path) -> Location:
    """Parse None, `sqlite:///file` (in `directory` unless absolute) or `postgresql://…`.

    Raises StorageError for anything else.
    """
    scheme, _colon, rest = (url or "").partition("://")
    kind = scheme.partition("+")[0]
    if not url or kind == "sqlite":
        from engine.storage.locations.sqlite import SqliteLocation  # noqa: PLC0415 - one of two

        file = directory / (rest.removeprefix("/") or FILE_NAME)
        return SqliteLocation(file, directory)
    if kind in {"postgres", "postgresql"}:
        from engine.storage.locations.postgres import PostgresLocation  # noqa: PLC0415 - as above

        return PostgresLocation(rest, directory)
    raise StorageError(_("DATABASE_URL must begin with sqlite:// or postgresql://."))

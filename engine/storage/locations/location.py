"""Defines where the database is: a file of our own, or a PostgreSQL server."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from engine.clock import Clock
from engine.storage.backups.contents import Contents
from engine.storage.backups.file import Backup, BackupFolder
from engine.storage.database.backend import Backend
from engine.storage.record.record import RecordLine
from engine.storage.record.record_file import SUFFIX, read


class Location(ABC):
    """One of the two kinds of database before it is opened; every method raises StorageError."""

    def __init__(self, directory: Path) -> None:
        """Use `directory`, the data directory, for backups and scratch folders."""
        self.directory = directory

    @abstractmethod
    async def exists(self) -> bool:
        """Return True if it has tables of ours."""

    @abstractmethod
    def url(self) -> str:
        """Return the URL that leads `location_of` here; it may contain a password."""

    @abstractmethod
    async def migrate_here(self, now: float) -> None:
        """Migrate in this process; `now`, in s since 1970, names the backup."""

    @abstractmethod
    async def move_to(self, revision: str, *, down: bool) -> None:
        """Run the migrations up or down to `revision`."""

    @abstractmethod
    async def revision(self) -> str | None:
        """Return the schema's revision; None without tables of ours."""

    @abstractmethod
    async def backend(self, clock: Clock) -> Backend:
        """Open the database."""

    @abstractmethod
    async def back_up(self, folder: BackupFolder, now: float) -> Backup:
        """Copy the database at one moment, while others write."""

    @abstractmethod
    async def try_restore(self, backup: Path) -> Contents:
        """Restore a backup into a scratch place, read it back, and return its contents."""

    async def put_damaged_aside(self, now: float) -> Path | None:  # noqa: ARG002 - as said
        """Move an unreadable database aside for a backup; return its folder. Not for servers."""
        return None

    @abstractmethod
    async def restore(self, backup: Path, now: float) -> None:
        """Replace the contents, all or nothing; the next opening settles it (`lineage`)."""

    def other_records(self) -> tuple[Sequence[RecordLine], ...]:
        """Return the records of other databases in the data directory: a backup may be theirs."""
        own = self.own_record()
        files = sorted(self.directory.glob(f"*{SUFFIX}"))
        return tuple(read(file) for file in files if file != own)

    def own_record(self) -> Path | None:
        """Return the file of this database's record; None if it is not in a file."""
        return None

    @abstractmethod
    async def reset_pools(self) -> int:
        """Close the idle connections of every engine on it; return how many."""

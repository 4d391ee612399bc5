"""A folder of backups: each one compressed SQLite file, whatever the database it was taken from."""

import gzip
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import described
from engine.language import _
from engine.locked_file import replace_file
from engine.storage.errors import StorageError
from engine.storage.sqlite import connect

RETENTION = 30 * 86_400.0  # s
_NAME = re.compile(r"gavatcore-(\d{8}T\d{6})\d*Z\.db\.gz")
_SUFFIX = ".db.gz"

ENCLOSED = ("accounts.json", "secrets.json", "paused.json", "personas.json")
"""Small files beside the database that a backup holds as well, their secrets sealed."""

_FILES = "enclosed_files"  # a table of the backup, and of no database


class BackupError(StorageError):
    """A backup cannot be made, read or trusted."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One file of the folder."""

    file: Path
    at: float  # seconds since 1970
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds."""

    revision: str
    rows: dict[str, int]  # by table


class BackupFolder:
    """Everything here blocks: call it in a worker thread."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def list(self) -> tuple[Backup, ...]:
        """The newest last."""
        if not self.directory.is_dir():
            return ()
        found = []
        for file in sorted(self.directory.iterdir()):
            if match := _NAME.fullmatch(file.name):
                at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                found.append(Backup(file, at.timestamp(), file.stat().st_size))
        return tuple(found)

    def add_sqlite(self, database: Path, now: float) -> Backup:
        """Copy a database that may be in use as it is at one moment; raises BackupError."""
        with self.scratch() as copy:
            try:
                copy_database(database, copy)
            except sqlite3.Error as error:
                raise BackupError(
                    _("{file} could not be copied: {error}.").format(
                        file=database, error=described(error)
                    )
                ) from error
            return self.add(copy, now)

    def add(self, copy: Path, now: float) -> Backup:
        """Compress a complete copy, prove that it can be restored, and only then name it.

        The files of ENCLOSED that lie beside the folder are added to it.
        """
        _enclose(copy, self.directory.parent)
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S%f")
        target = self.directory / f"gavatcore-{stamp}Z{_SUFFIX}"
        partial = copy.with_suffix(".gz")
        try:
            with copy.open("rb") as source, gzip.open(partial, "wb", compresslevel=1) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
            partial.chmod(0o600)
            _flush(partial)
            with unpacked(partial) as restored:
                if contents(restored) != contents(copy):
                    raise BackupError(_("The backup does not hold what was copied."))
            partial.replace(target)
        except OSError as error:
            raise BackupError(
                _("The backup {file} could not be written: {error}.").format(
                    file=target, error=error.strerror or described(error)
                )
            ) from error
        return Backup(target, now, target.stat().st_size)

    def remove_older(self, than: float) -> int:
        """How many were removed; the newest always stays."""
        old = [backup for backup in self.list()[:-1] if backup.at < than]
        for backup in old:
            backup.file.unlink(missing_ok=True)
        return len(old)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """The path of a file to be, in a folder of its own on the same disk."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=self.directory) as folder:
            yield Path(folder) / "copy.db"


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database, by SQLite itself: others may be writing."""
    with closing(connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def unpacked(backup: Path) -> Iterator[Path]:
    """The backup as a SQLite file in a scratch place; raises BackupError if it is no backup."""
    with tempfile.TemporaryDirectory(prefix="gavatcore-restore-") as folder:
        file = Path(folder) / "restored.db"
        try:
            with gzip.open(backup, "rb") as packed, file.open("wb") as target:
                shutil.copyfileobj(packed, target, 1 << 20)
        except (OSError, EOFError) as error:
            raise BackupError(
                _("{file} cannot be read as a backup: {error}.").format(
                    file=backup, error=described(error)
                )
            ) from error
        yield file


def put_back(backup: Path, directory: Path) -> tuple[str, ...]:
    """The names of the enclosed files that `directory` lacked, and now has; raises OSError.

    What is there stays as it is: an account may have been added since.
    """
    missing = [name for name in ENCLOSED if not (directory / name).exists()]
    with unpacked(backup) as file, closing(connect(file, mode="ro")) as connection:
        if not _has_files(connection):
            return ()
        enclosed = dict(connection.execute(f"SELECT name, content FROM {_FILES}"))  # noqa: S608 - ours
    found = tuple(name for name in missing if name in enclosed)
    for name in found:
        replace_file(directory / name, enclosed[name])
    return found


def leave_files_out(file: Path) -> None:
    """Make an unpacked backup the copy of a database that it was."""
    with closing(connect(file)) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {_FILES}")


def _enclose(copy: Path, directory: Path) -> None:
    files = [directory / name for name in ENCLOSED]
    found = [(file.name, file.read_bytes()) for file in files if file.exists()]
    if found:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute(f"CREATE TABLE {_FILES} (name TEXT PRIMARY KEY, content BLOB)")
            connection.executemany(f"INSERT INTO {_FILES} VALUES (?, ?)", found)  # noqa: S608 - ours


def _has_files(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.execute(query, (_FILES,)).fetchone() is not None


def contents(file: Path) -> Contents:
    """Read all of a SQLite file, and check it; raises BackupError if it is damaged."""
    try:
        with closing(connect(file, mode="ro")) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BackupError(_("The backup is damaged: {error}.").format(error=verdict))
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            rows = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own tables
                for (name,) in tables.fetchall()
                if name not in {"alembic_version", _FILES}
            }
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(
            _("The backup is damaged: {error}.").format(error=described(error))
        ) from error
    return Contents(revision, rows)


def _flush(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())

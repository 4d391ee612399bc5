"""Manages a folder of backups: compressed SQLite files, whatever database they came from."""

import errno
import gzip
import math
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import described
from engine.files.locked_file import replace_file
from engine.files.small_files import read_bytes
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _
from engine.storage.backups.contents import (
    ENCLOSED_FILES,
    BackupError,
    contents,
    scratch_folder,
    unpacked,
)
from engine.storage.database.sqlite.backend import connect
from engine.storage.restores.lineage import BACKUP_MARK, mark_copy

RETENTION = 30 * 86_400.0  # s
_NAME = re.compile(r"gavatcore-(\d{8}T\d{6})\d*Z\.db\.gz")
_SUFFIX = ".db.gz"
DAMAGED = "damaged-"  # folder of a damaged database that was replaced by a backup, and when

ENCLOSED = ("accounts.json", "secrets.json", "paused.json", "personas.json")
"""Small files beside the database that a backup holds as well, their secrets sealed."""

_LARGEST = 1 << 24  # bytes of each


@dataclass(frozen=True, slots=True)
class Backup:
    """One file of the folder."""

    file: Path
    at: float  # seconds since 1970
    size: int  # bytes


class BackupFolder:
    """The folder `backups` of a data directory. Blocking: call it in a worker thread."""

    def __init__(self, data_directory: Path) -> None:
        self.data_directory = data_directory
        self.directory = data_directory / "backups"

    def list(self) -> tuple[Backup, ...]:
        """Return the backups, newest last."""
        if not self.directory.is_dir():
            return ()
        found = []
        for file in sorted(self.directory.iterdir()):
            if match := _NAME.fullmatch(file.name):
                with suppress(ValueError):  # a name with such digits that is no time
                    moment = _moment(match[1])
                    found.append(Backup(file, moment, file.stat().st_size))
        return tuple(found)

    def add_sqlite(self, database: Path, now: float) -> Backup:
        """Copy a database at one moment, even while it is used; raises BackupError."""
        with self.scratch() as copy:
            try:
                copy_database(database, copy)
            except FILE_ERRORS as error:
                raise BackupError(
                    _("{file} could not be copied: {error}.").format(
                        file=database, error=described(error)
                    )
                ) from error
            return self.add(copy, now)

    def add(self, copy: Path, now: float) -> Backup:
        """Compress a complete copy, prove that it can be restored, then name it; return the backup.

        The files of ENCLOSED beside the folder are included.
        """
        _enclose(copy, self.data_directory)
        mark_copy(copy, BACKUP_MARK)
        target = self.directory / f"gavatcore-{stamp_of(now)}Z{_SUFFIX}"
        partial = copy.with_suffix(".gz")
        try:
            with copy.open("rb") as source, gzip.open(partial, "wb", compresslevel=1) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
            partial.chmod(0o600)
            with unpacked(partial, self.data_directory) as restored:
                if contents(restored) != contents(copy):
                    raise BackupError(_("The backup does not hold what was copied."))
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _move(partial, target)
        except OSError as error:
            raise BackupError(
                _("The backup {file} could not be written: {error}.").format(
                    file=target, error=error.strerror or described(error)
                )
            ) from error
        return Backup(target, now, target.stat().st_size)

    def remove_older(self, than: float) -> int:
        """Delete older backups except the newest, and older damaged databases; return how many."""
        old = [backup for backup in self.list()[:-1] if backup.at < than]
        for backup in old:
            backup.file.unlink(missing_ok=True)
        for folder in self.directory.glob(f"{DAMAGED}*"):
            with suppress(ValueError):  # a foreign name
                if _moment(folder.name.removeprefix(DAMAGED)) < than:
                    shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield the path of a new file in its own folder; raises BackupError."""
        with scratch_folder(self.data_directory) as folder:
            yield folder / "copy.db"


def stamp_of(at: float) -> str:
    """Return the moment as in names, in UTC to the microsecond."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%S%f")


def _moment(stamp: str) -> float:
    """Return the moment to the second; infinity for an invalid stamp."""
    try:
        return datetime.strptime(stamp[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return math.inf


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database consistently, with SQLite's own means: others may be writing."""
    with closing(connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def put_back(backup: Path, directory: Path) -> tuple[str, ...]:
    """Restore the enclosed files that `directory` lacks; return their names. Raises OSError.

    Existing files stay as they are: an account may have been added since.
    """
    missing = [name for name in ENCLOSED if not (directory / name).exists()]
    enclosed = _enclosed(backup, directory)
    found = tuple(name for name in missing if isinstance(enclosed.get(name), bytes))
    for name in found:
        replace_file(directory / name, enclosed[name])
    return found


def _enclosed(backup: Path, directory: Path) -> dict[str, bytes]:
    """Return the enclosed files by name; raises BackupError."""
    try:
        with unpacked(backup, directory) as file, closing(connect(file, mode="ro")) as connection:
            if not _has_files(connection):
                return {}
            return dict(connection.execute(f"SELECT name, content FROM {ENCLOSED_FILES}"))  # noqa: S608 - ours
    except FILE_ERRORS as error:
        raise BackupError(_("The backup is damaged: {error}.").format(error=error)) from error


def leave_files_out(file: Path) -> None:
    """Remove the enclosed files from an unpacked backup."""
    with closing(connect(file)) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {ENCLOSED_FILES}")


def _enclose(copy: Path, directory: Path) -> None:
    files = [directory / name for name in ENCLOSED]
    found = [(file.name, read_bytes(file, _LARGEST)) for file in files if file.exists()]
    if found:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute(
                f"CREATE TABLE {ENCLOSED_FILES} (name TEXT PRIMARY KEY, content BLOB)"
            )
            connection.executemany(f"INSERT INTO {ENCLOSED_FILES} VALUES (?, ?)", found)  # noqa: S608 - ours


def _has_files(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.execute(query, (ENCLOSED_FILES,)).fetchone() is not None


def _move(partial: Path, target: Path) -> None:
    """Name the file once it is on the disk; `backups` may be on another disk."""
    _flush(partial)
    try:
        partial.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        there = target.with_name(f".{target.name}.new")
        shutil.copyfile(partial, there)
        there.chmod(0o600)
        _flush(there)
        there.replace(target)


def _flush(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())

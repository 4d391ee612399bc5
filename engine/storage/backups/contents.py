"""Unpacks a backup into a scratch folder, and checks that it is sound.

A backup may come from anywhere: no more is unpacked than its header says and the disk has room for,
and nothing in it is executed.
"""

import gzip
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from engine.files.scratch import ScratchError, scratch
from engine.files.small_files import open_regular
from engine.files.sqlite_errors import FILE_ERRORS
from engine.language import _, number
from engine.storage.backups.schema import differences
from engine.storage.database.errors import StorageError
from engine.storage.database.sqlite.backend import connect

ENCLOSED_FILES: Final = "enclosed_files"
"""A table of backups, and of no database: small files that lay beside it."""

_NO_ROWS = frozenset({"alembic_version", "lineage", ENCLOSED_FILES})  # they hold no data
_REVISION = re.compile(r"\d{4}", re.ASCII)
_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes
_LENGTH = 4  # bytes at the end of a gzip file with the length of its content
_RESERVE = 64 << 20  # bytes of the disk that others may need meanwhile
_PIECE = 1 << 20  # bytes


class BackupError(StorageError):
    """A backup cannot be made, read or trusted."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a backup."""

    revision: str
    rows: dict[str, int]  # by table


@contextmanager
def scratch_folder(directory: Path) -> Iterator[Path]:
    """Make a scratch folder like `files/scratch`; raises BackupError if its place is taken."""
    try:
        with scratch(directory) as folder:
            yield folder
    except ScratchError as error:
        raise BackupError(str(error)) from error


@contextmanager
def unpacked(backup: Path, directory: Path) -> Iterator[Path]:
    """Unpack the backup as a SQLite file in a scratch folder of the data directory.

    Raises BackupError if it is no backup, or too large.
    """
    with scratch_folder(directory) as folder:
        file = folder / "restored.db"
        try:
            with (
                _opened(backup) as source,
                gzip.open(source, "rb") as packed,
                file.open("xb") as target,
            ):
                _unpack(backup, packed, target, shutil.disk_usage(folder).free - _RESERVE)
        except (OSError, EOFError, zlib.error) as error:
            raise BackupError(
                _("{file} cannot be read as a backup: {error}.").format(file=backup, error=error)
            ) from error
        yield file


def _opened(backup: Path) -> BinaryIO:
    """Open the file; raises BackupError if zeros follow its end, SmallFileError, OSError.

    An interrupted copy may be filled up with zeros, which gzip would skip.
    """
    source = open_regular(backup)
    size = source.seek(0, os.SEEK_END)
    source.seek(max(size - _LENGTH, 0))
    if source.read() == bytes(_LENGTH):
        source.close()
        raise BackupError(_("{file} is damaged: it ends in zeros.").format(file=backup))
    source.seek(0)
    return source


def contents(file: Path) -> Contents:
    """Read a whole SQLite file and check it; raises BackupError if it is damaged."""
    try:
        with closing(connect(file, mode="ro")) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise BackupError(_("The backup is damaged: {error}.").format(error=verdict))
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            rows = {
                name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]  # noqa: S608 - quoted
                for (name,) in tables.fetchall()
                if name not in _NO_ROWS
            }
            revision = _revision(connection)
    except FILE_ERRORS as error:
        raise BackupError(_("The backup is damaged: {error}.").format(error=error)) from error
    return Contents(revision, rows)


def _revision(connection: sqlite3.Connection) -> str:
    """Return the revision number; Alembic would also accept "head" and parts of a number."""
    found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    revisions = [str(row[0]) for row in found]
    if len(revisions) != 1 or not _REVISION.fullmatch(revisions[0]):
        wrong = ", ".join(f"alembic_version {revision}" for revision in revisions)
        what = _("{what} does not belong there").format(what=wrong)
        if not wrong:
            what = _("{what} is missing").format(what="alembic_version")
        raise BackupError(_("The backup is damaged: {error}.").format(error=what))
    return revisions[0]


def sound_contents(file: Path) -> Contents:
    """Return the contents, after checking that the file has exactly its revision's tables.

    Makes a database of that revision beside the file, to compare. Raises StorageError.
    """
    found = contents(file)
    try:
        wrong = differences(file, found.revision, except_for=ENCLOSED_FILES)
    except FILE_ERRORS as error:
        raise BackupError(_("The backup is damaged: {error}.").format(error=error)) from error
    if wrong:
        raise BackupError(
            _("The backup is not as revision {revision} wants it: {what}.").format(
                revision=found.revision, what=", ".join(wrong[:5])
            )
        )
    return found


def _unpack(backup: Path, packed: gzip.GzipFile, target: IO[bytes], room: int) -> None:
    """Write the number of bytes that the header says, if there is room for them."""
    header = packed.read(_HEADER)
    if not header.startswith(_MAGIC):
        raise BackupError(_("{file} is not a backup of Gavatcore.").format(file=backup))
    page = int.from_bytes(header[16:18])
    size = (65_536 if page == 1 else page) * int.from_bytes(header[28:32])
    if size > room:
        raise BackupError(
            _("{file} needs {size} MB of free disk space to be unpacked: there is less.").format(
                file=backup, size=number((size + _RESERVE) / 1e6)
            )
        )
    left = size - target.write(header)
    while piece := packed.read(max(min(_PIECE, left + 1), 1)):
        left -= len(piece)
        if left < 0:
            break
        target.write(piece)
    if left:
        raise BackupError(
            _("{file} is damaged: it is not as large as it says.").format(file=backup)
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Decides if an error of SQLite, or of the record beside it, concerns a row or the file."""

import errno
import shutil
import sqlite3
from pathlib import Path

from engine.files.private_files import UnsafeFileError
from engine.files.sqlite_errors import FileError
from engine.language import _
from engine.storage.database.errors import StorageTrouble, TroubleKind

_KINDS = {
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_PERM: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_BUSY: TroubleKind.BUSY,
    sqlite3.SQLITE_LOCKED: TroubleKind.BUSY,
    sqlite3.SQLITE_PROTOCOL: TroubleKind.BUSY,
    sqlite3.SQLITE_IOERR: TroubleKind.FAILING,
    sqlite3.SQLITE_NOMEM: TroubleKind.FAILING,
    sqlite3.SQLITE_CORRUPT: TroubleKind.DAMAGED,
    sqlite3.SQLITE_NOTADB: TroubleKind.DAMAGED,
}
_ERRNOS = {
    errno.ENOSPC: TroubleKind.FULL,
    errno.EDQUOT: TroubleKind.FULL,
    errno.EROFS: TroubleKind.READ_ONLY,
    errno.EACCES: TroubleKind.READ_ONLY,
    errno.EPERM: TroubleKind.READ_ONLY,
    errno.ENOENT: TroubleKind.UNREACHABLE,  # the directory is gone
}
_ROOM = 1 << 16  # bytes; that file and a page of the log take 36 KiB


def trouble(error: FileError | OSError, file: Path) -> StorageTrouble | None:
    """Return the trouble with the database; None if the error concerns a row or a statement."""
    if isinstance(error, UnsafeFileError):  # a link was put in its place, or beside it
        return StorageTrouble(TroubleKind.UNREACHABLE, str(error), str(error))
    kind = _kind(error)
    if kind is TroubleKind.FAILING and _is_full(file.parent):
        kind = TroubleKind.FULL
    return None if kind is None else StorageTrouble(kind, _sentence(kind, file), _fact(kind, file))


def moved(file: Path) -> StorageTrouble:
    """Return the trouble of a file whose path leads elsewhere than at its opening."""
    text = _(
        "{file} was moved, removed or replaced while in use: put it back, and storing goes on by "
        "itself."
    )
    kind = TroubleKind.UNREACHABLE
    return StorageTrouble(kind, text.format(file=file), _fact(kind, file))


def _is_full(folder: Path) -> bool:
    """Return True for a full disk, which SQLite reports as an error of its memory file."""
    try:
        return shutil.disk_usage(folder).free < _ROOM
    except OSError:
        return False


def raise_trouble(error: Exception) -> None:
    """Raise TroubleError for an error that concerns the whole database."""
    if isinstance(error, FileError | OSError) and _kind(error) is not None:
        raise error


def _kind(error: FileError | OSError) -> TroubleKind | None:
    if isinstance(error, OSError):
        return _ERRNOS.get(error.errno or 0, TroubleKind.FAILING)
    if isinstance(error, UnicodeDecodeError):
        return TroubleKind.DAMAGED
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return _KINDS.get(code & 0xFF) if code is not None else None


def _sentence(kind: TroubleKind, file: Path) -> str:
    match kind:
        case TroubleKind.FULL:
            text = _("The disk of {file} is full: free some space, and storing goes on by itself.")
        case TroubleKind.READ_ONLY:
            text = _("{file} cannot be written to: allow it, and storing goes on by itself.")
        case TroubleKind.UNREACHABLE:
            text = _("{file} cannot be opened: put it back, and storing goes on by itself.")
        case TroubleKind.BUSY:
            text = _("Another program holds {file}: close it, and storing goes on by itself.")
        case TroubleKind.DAMAGED:
            text = _("{file} is damaged: stop Gavatcore and restore a backup.")
        case _:
            text = _("The disk of {file} reports errors: look at its state.")
    return text.format(file=file)


def _fact(kind: TroubleKind, file: Path) -> str:
    match kind:
        case TroubleKind.FULL:
            text = _("The disk of {file} is full.")
        case TroubleKind.READ_ONLY:
            text = _("{file} cannot be written to.")
        case TroubleKind.UNREACHABLE:
            text = _("{file} cannot be opened.")
        case TroubleKind.BUSY:
            text = _("Another program holds {file}.")
        case TroubleKind.DAMAGED:
            text = _("{file} is damaged: restore a backup with “gavatcore db restore”.")
        case _:
            text = _("The disk of {file} reports errors: look at its state.")
    return text.format(file=file)

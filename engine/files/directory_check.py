"""Ensures that no other user can write in the data directory, or read it."""

import contextlib
import logging
import os
import stat
import sys
from pathlib import Path
from typing import Final

from engine.errors import DataDirectoryError
from engine.language import _

FOLDERS: Final = ("logs", "sessions", "backups", "cache")  # an operator may keep them elsewhere

_MAY_WRITE: Final = 0o022
_MAY_DO: Final = 0o077

_log = logging.getLogger(__name__)


def close_to_others(directory: Path) -> None:
    """Restrict a directory of ours to this user; warn if it was open to others.

    Raises DataDirectoryError if others could write in it and this cannot be changed.
    """
    if sys.platform == "win32":
        return
    status = directory.stat()
    if status.st_uid != os.geteuid():
        _require_trusted(directory, status)
    elif status.st_mode & _MAY_DO:
        _close(directory, status.st_mode)
    for folder in FOLDERS:
        if (directory / folder).is_symlink() and (directory / folder).exists():
            _require_trusted(directory / folder, (directory / folder).stat())


def _require_trusted(directory: Path, status: os.stat_result) -> None:
    """Raise DataDirectoryError unless only we (or the system) own it and can write in it."""
    if status.st_uid not in {os.geteuid(), 0}:
        raise DataDirectoryError(
            _(
                "{directory} belongs to another user, who could change what lies there: run "
                "Gavatcore as {owner}, or choose another folder."
            ).format(directory=directory, owner=_name(status.st_uid))
        )
    if status.st_mode & _MAY_WRITE:
        raise _open_to_all(directory)


def _close(directory: Path, mode: int) -> None:
    if mode & stat.S_ISVTX or directory in {Path.home(), Path("/")}:  # others use it too
        if mode & _MAY_WRITE:
            raise _open_to_all(directory)
        return
    with contextlib.suppress(OSError):
        directory.chmod(0o700)
    if directory.stat().st_mode & _MAY_DO:  # a file system without owners
        text = _("Others can read or change what lies in {directory}: its disk cannot prevent it.")
    elif mode & _MAY_WRITE:
        text = _("Others could change what lies in {directory}: now only you can.")
    else:
        text = _("Others could look into {directory}: now only you can.")
    _log.warning("%s", text.format(directory=directory))


def _open_to_all(directory: Path) -> DataDirectoryError:
    return DataDirectoryError(
        _(
            "Others may write in {directory}: choose a folder of Gavatcore's own, as in {better}."
        ).format(directory=directory, better=directory / "gavatcore")
    )


def _name(number: int) -> str:
    import pwd  # noqa: PLC0415 - only where it is told

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)

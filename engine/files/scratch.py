"""Provides scratch folders for large temporary copies in the data directory.

Each is removed when its work ends. The next start removes those of a killed process: it recognises
a folder in use by the OS lock beside it, which ends with its process.
"""

import contextlib
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.errors import GavatcoreError
from engine.files.file_lock import FileLock, LockHeldError
from engine.files.locked_file import locked
from engine.language import _

FOLDER = "scratch"

_OLD = 3600.0  # s; nothing outside FOLDER is in use for that long
_NEW_FILE = re.compile(r"\..+\.new")  # the names of unfinished files of `replace_file`
_LEFT_BY_OLDER = ("gavatcore-restore-", "gavatcore-check-")  # in the system's temporary directory
_DEMO = "gavatcore-demo-"  # as above


class ScratchError(GavatcoreError):
    """No place for scratch folders exists; `str()` says why."""


@contextlib.contextmanager
def scratch(directory: Path) -> Iterator[Path]:
    """Create a folder for this user only in `directory`; remove it at the end.

    Blocking; raises ScratchError if something else has its place, and OSError.
    """
    parent = directory / FOLDER
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise ScratchError(
            _("{folder} is no folder: put it out of the way.").format(folder=parent)
        ) from error
    with locked(parent / "any"):
        folder = parent / secrets.token_hex(8)
        lock = FileLock(_lock_of(folder))
        lock.acquire()
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with locked(parent / "any"):
            lock.release()
            _lock_of(folder).unlink(missing_ok=True)


def sweep(directory: Path) -> int:
    """Remove what killed processes left in and for `directory`; return the number of things.

    Blocking; what cannot be removed stays.
    """
    count = _sweep_scratch(directory / FOLDER)
    for folder in (directory, directory / "backups"):
        for left in _entries(folder):
            if _NEW_FILE.fullmatch(left.name) or left.name.startswith("making-"):
                count += _remove_old(left)
    for left in _entries(Path(tempfile.gettempdir())):
        if left.name.startswith((*_LEFT_BY_OLDER, _DEMO)):
            count += _remove_old(left)
    return count


def _sweep_scratch(parent: Path) -> int:
    if not parent.is_dir():
        return 0
    count = 0
    with contextlib.suppress(OSError, LockHeldError), locked(parent / "any"):
        for left in _entries(parent):
            if left.suffix != ".lock" and not _is_held(_lock_of(left)):
                shutil.rmtree(left, ignore_errors=True)
                _lock_of(left).unlink(missing_ok=True)
                count += 1
    return count


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")


def _is_held(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        with FileLock(file):
            return False
    except (LockHeldError, OSError):
        return True


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _remove_old(left: Path) -> int:
    """Remove an unused, old thing of this user's; return 1 if it was removed, else 0.

    The owner is checked first: anybody may plant a link as a lock in the temporary directory.
    """
    with contextlib.suppress(OSError):
        found = left.lstat()
        is_ours = found.st_uid == os.getuid() if hasattr(os, "getuid") else True
        if not is_ours or time.time() - found.st_mtime < _OLD:
            return 0
        if not stat.S_ISDIR(found.st_mode):
            left.unlink()
        elif _is_held(left / "engine.lock"):
            return 0
        else:
            shutil.rmtree(left)
        return 1
    return 0

"""Scratch folders for large copies in the making, inside the data directory.

Each is removed when its work ends. What a killed process leaves is swept at the next start: an OS
lock beside a folder, freed when its process dies, tells it from one in use.
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

_OLD = 3600.0  # s; nobody works for so long on what lies outside of FOLDER
_NEW_FILE = re.compile(r"\..+\.new")  # as `replace_file` names what it has not finished
_LEFT_BY_OLDER = ("gavatcore-restore-", "gavatcore-check-")  # in the system's temporary directory
_DEMO = "gavatcore-demo-"  # as above


class ScratchError(GavatcoreError):
    """There is no place for scratch folders; `str()` says why."""


@contextlib.contextmanager
def scratch(directory: Path) -> Iterator[Path]:
    """Make a folder for this user alone in the data directory `directory`; remove it at the end.

    Blocking; raises ScratchError where something else has its place, OSError.
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
    """Remove what processes that were killed left in and for `directory`; how many things.

    Blocking; what cannot be removed is left.
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
    """Remove what this user made, nobody uses and nobody has touched for long; 1 if that was done.

    Whose it is comes first: in the temporary directory anybody may plant a lock that is a link.
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

"""Finds the other programs that have session files open, by asking the operating system."""

import os
from pathlib import Path

import psutil

from engine.files.file_lock import Holder

_SUFFIXES = ("", "-journal", "-wal", "-shm")


def session_holders(directory: Path) -> dict[Path, Holder]:
    """Return each session file under `directory` that another process has open, and its holder.

    Blocking, about 0.2 ms a process of this user. Processes of other users cannot be inspected.
    """
    inside = str(directory.resolve()) + os.sep
    holders: dict[Path, Holder] = {}
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            opened = [file.path for file in process.open_files() if file.path.startswith(inside)]
            holder = Holder(process.pid, process.name()) if opened else None
        except (psutil.Error, OSError):
            continue  # it has ended, or belongs to another user
        if holder is not None:
            holders.update((_session_of(path), holder) for path in opened)
    return holders


def _session_of(path: str) -> Path:
    for suffix in _SUFFIXES[1:]:
        path = path.removesuffix(suffix)
    return Path(path)

"""Detects if the path of an open SQLite file still leads to that file.

A file that was moved, removed, replaced or overwritten can still be written to, but all of that
would be lost.
"""

import os
from collections.abc import Callable
from pathlib import Path

_Identity = tuple[int, int]
"""Device and inode."""

_MAGIC = b"SQLite format 3\x00"


class LogGoneError(Exception):
    """The write-ahead log or its index was removed, but not the file itself."""


class OpenedFile:
    """Shared by all connections of one process to `file`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # Texts: to look at a Path takes four times as long, and each commit looks at six.
        self._path = str(file)
        self._beside = tuple(f"{file}{end}" for end in ("-wal", "-shm"))
        self._known: dict[str, _Identity] = {}
        self._found_size = 0  # bytes, when `is_in_place` looked
        self._size = 0  # bytes, the largest size so far

    def is_in_place(self) -> bool:
        """Return True if the path leads to the file that was opened first; remember that file."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - see above
        except OSError:
            return False
        self._found_size = found.st_size
        identity = found.st_dev, found.st_ino
        return self._known.setdefault(self._path, identity) == identity

    def has_shrunk(self, pages: Callable[[], int]) -> bool:
        """Return True if the file is smaller than before, and than its open contents (`pages`).

        `pages` returns bytes. The file only grows, unless somebody vacuums it or copies another one
        over it. The size is that which `is_in_place` found.
        """
        size = self._found_size
        if size < self._size and pages() > size:
            return True
        self._size = size
        return False

    def check_log(self) -> None:
        """Raise LogGoneError if the files beside it are not the former ones."""
        for path in self._beside:
            found = _identity(path)
            if found is not None:
                self._known.setdefault(path, found)
            if self._known.get(path) != found:
                raise LogGoneError

    def forget_log(self) -> None:
        """Forget the log: all connections are closed, and the next one creates it again."""
        for path in self._beside:
            self._known.pop(path, None)


def is_sqlite(file: Path) -> bool:
    """Return True if the file has SQLite's header; raises OSError.

    Closing it releases all locks of this process on the file: only for the end.
    """
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def _identity(path: str) -> _Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a text is looked at faster
    except OSError:
        return None
    return found.st_dev, found.st_ino

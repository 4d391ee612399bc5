"""Whether the path of an open SQLite file still leads to that file.

Moved away, removed, replaced or written over, it can be written to all the same, and all of that
would be lost.
"""

import os
from collections.abc import Callable
from pathlib import Path

_Identity = tuple[int, int]
"""Device and inode."""

_MAGIC = b"SQLite format 3\x00"


class LogGoneError(Exception):
    """The write-ahead log or its index was removed, the file itself was not."""


class OpenedFile:
    """Shared by the connections of one process to `file`, from the first one on."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # Texts: to look at a Path takes four times as long, and each commit looks at six.
        self._path = str(file)
        self._beside = tuple(f"{file}{end}" for end in ("-wal", "-shm"))
        self._known: dict[str, _Identity] = {}
        self._found_size = 0  # bytes, when `is_in_place` looked
        self._size = 0  # bytes, as large as it ever was

    def is_in_place(self) -> bool:
        """Whether the path leads to the file that was opened first; notes which that is."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - see above
        except OSError:
            return False
        self._found_size = found.st_size
        identity = found.st_dev, found.st_ino
        return self._known.setdefault(self._path, identity) == identity

    def has_shrunk(self, pages: Callable[[], int]) -> bool:
        """Whether the file, as `is_in_place` found it, is smaller than it was and than `pages`.

        `pages` gives the bytes of what is open of it.

        It grows unless somebody vacuums it, or copies another one over it.
        """
        size = self._found_size
        if size < self._size and pages() > size:
            return True
        self._size = size
        return False

    def check_log(self) -> None:
        """Raise LogGoneError if what lies beside the file is not what lay there before."""
        for path in self._beside:
            found = _identity(path)
            if found is not None:
                self._known.setdefault(path, found)
            if self._known.get(path) != found:
                raise LogGoneError

    def forget_log(self) -> None:
        """All connections are closed: the next one makes the log anew."""
        for path in self._beside:
            self._known.pop(path, None)


def is_sqlite(file: Path) -> bool:
    """Whether it begins as a SQLite file; raises OSError.

    Its closing lets go of all locks that this process has on the file: only for the end.
    """
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def _identity(path: str) -> _Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a text is looked at faster
    except OSError:
        return None
    return found.st_dev, found.st_ino

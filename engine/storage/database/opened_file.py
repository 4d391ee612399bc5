"""Whether the path of an open SQLite file still leads to that file.

Moved away, removed, replaced or written over, it can be written to all the same, and all of that
would be lost.
"""

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
        self._beside = tuple(file.with_name(file.name + end) for end in ("-wal", "-shm"))
        self._known: dict[Path, _Identity] = {}
        self._size = 0  # bytes, as large as it ever was

    def is_in_place(self) -> bool:
        """Whether the path leads to the file that was opened first; notes which that is."""
        found = _identity(self.file)
        return found is not None and self._known.setdefault(self.file, found) == found

    def has_shrunk(self, pages: Callable[[], int]) -> bool:
        """Whether the file is smaller than it was, and than what is open of it (`pages`, bytes).

        It grows unless somebody vacuums it, or copies another one over it.
        """
        try:
            size = self.file.stat().st_size
        except OSError:
            return False
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


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

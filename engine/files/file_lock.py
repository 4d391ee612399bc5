"""Implements a file lock of the operating system, which frees it when the process dies."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from engine.errors import GavatcoreError
from engine.files.private_files import open_private
from engine.language import _

_MOST_BYTES = 200  # bytes read of a lock file that somebody else wrote


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock."""

    pid: int | None  # None: unknown
    program: str

    def __str__(self) -> str:
        if self.pid is None:
            return self.program
        return _("{program} (process {pid})").format(program=self.program, pid=self.pid)


def unknown_holder() -> Holder:
    """Return the holder that left no name."""
    return Holder(None, _("another program"))


class LockHeldError(GavatcoreError):
    """Another lock on the same file is held; `holder` names its owner."""

    def __init__(self, path: Path, holder: Holder) -> None:
        super().__init__(_("{path} is in use by {holder}.").format(path=path, holder=holder))
        self.holder = holder


class FileLock:
    """An exclusive lock; its file names the holder, and stays after `release`, emptied.

    Removing the file could pull it from under the next holder. All calls take microseconds; none
    waits for another process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """True while this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock at once or raise LockHeldError.

        Raises OSError if the folder is missing, UnsafeFileError if the file is a link.
        """
        if self._descriptor is not None:
            return
        # Not inheritable: a child process must not keep the lock alive.
        descriptor = open_private(self._path, os.O_RDWR | os.O_CREAT | _BINARY)
        try:
            if not _try_lock(descriptor):
                raise LockHeldError(self._path, _read_holder(descriptor))
            _write_holder(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        _held.add(self)

    def release(self) -> None:
        """Release the lock; harmless if it is not held."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        _held.discard(self)
        try:
            os.ftruncate(descriptor, 0)
            _unlock(descriptor)
        finally:
            os.close(descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()

    def _forget(self) -> None:
        """Close a forked child's copy of the descriptor; the parent keeps the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _write_holder(descriptor: int) -> None:
    program = Path(sys.argv[0]).stem
    if not program.isidentifier() or program.startswith("__"):  # python -m, python -c
        program = "gavatcore"
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, f"{os.getpid()}\n{program}\n".encode())


def _read_holder(descriptor: int) -> Holder:
    os.lseek(descriptor, 0, os.SEEK_SET)
    pid, _newline, program = (
        os.read(descriptor, _MOST_BYTES).decode(errors="replace").partition("\n")
    )
    if not pid.isdecimal():
        return unknown_holder()  # the holder has not written its name yet
    return Holder(int(pid), program.strip() or unknown_holder().program)


_held: set[FileLock] = set()


def _after_fork_in_child() -> None:
    for lock in tuple(_held):
        lock._forget()
    _held.clear()


if sys.platform == "win32":
    import msvcrt

    _BINARY = os.O_BINARY
    # Windows blocks reading of locked bytes: lock one far behind the holder's name.
    _LOCKED_BYTE = 1 << 30

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    _BINARY = 0

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    # A forked child shares the parent's flock and would keep it after the parent's death.
    os.register_at_fork(after_in_child=_after_fork_in_child)

"""Writes the log file: bounded in size, reopened when it is moved, silent while it fails.

Lines that cannot be written are counted and dropped; standard error reports it once.
"""

import contextlib
import errno
import logging
import os
import sys
import time
from pathlib import Path

from engine.files.private_files import open_private
from engine.language import _, ngettext

_FILE_BYTES = 5 << 20
_FILES = 3  # older ones; .1 is the newest
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class LogFile(logging.Handler):
    """Appends whole lines; checks at each record that the open file is still at its path."""

    def __init__(self, file: Path, most: int = _FILE_BYTES) -> None:
        """Limit the file to `most` bytes; twice as much is cut off if it cannot be rotated."""
        super().__init__()
        self._file = file
        self._most = most
        self._descriptor: int | None = None
        self._missing = 0  # lines that could not be written

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; never raises."""
        try:
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        except Exception:  # noqa: BLE001 - a record that cannot be formatted, as logging treats it
            self.handleError(record)
            return
        try:
            self._append(line)
        except OSError as error:
            self._close()
            self._fall_silent(error)

    def close(self) -> None:
        """Close the file."""
        self._close()
        super().close()

    def _append(self, line: bytes) -> None:
        descriptor = self._opened()
        size = os.fstat(descriptor).st_size
        if size and size + len(line) > self._most:
            descriptor = self._turned_over(size)
        if self._missing:
            line = self._missed() + line
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._missing = 0

    def _opened(self) -> int:
        if self._descriptor is not None and not self._is_elsewhere(self._descriptor):
            return self._descriptor
        self._close()
        with contextlib.suppress(FileExistsError):  # opening says so
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = open_private(self._file, _FLAGS)
        return self._descriptor

    def _is_elsewhere(self, descriptor: int) -> bool:
        """Return True if the open file was moved, removed or replaced."""
        try:
            there, here = self._file.stat(follow_symlinks=False), os.fstat(descriptor)
        except FileNotFoundError:
            return True
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)

    def _turned_over(self, size: int) -> int:
        """Rotate the file, if its folder is writable; return the descriptor of the one to use."""
        self._close()  # Windows cannot move an open file
        with contextlib.suppress(OSError):
            for number in range(_FILES - 1, 0, -1):
                with contextlib.suppress(FileNotFoundError):
                    self._older(number).replace(self._older(number + 1))
            self._file.replace(self._older(1))
        descriptor = self._opened()
        if size > 2 * self._most and os.fstat(descriptor).st_size == size:
            os.ftruncate(descriptor, 0)
        return descriptor

    def _older(self, number: int) -> Path:
        return self._file.with_name(f"{self._file.name}.{number}")

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _fall_silent(self, error: OSError) -> None:
        self._missing += 1
        if self._missing == 1:
            text = _("{file} cannot be written ({reason}): the log goes on as soon as it can.")
            _say(text.format(file=self._file, reason=error.strerror or error))

    def _missed(self) -> bytes:
        """Return the line that stands for dropped ones; the last of them may be cut short."""
        text = ngettext("{n} line is missing here.", "{n} lines are missing here.", self._missing)
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        return f"\n{now} {text.format(n=self._missing)}\n".encode()


def _say(sentence: str) -> None:
    """Print to standard error, if possible."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"gavatcore: {sentence}\n")
        sys.stderr.flush()

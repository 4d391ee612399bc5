"""Stores which accounts are paused, in a small file that a running engine reads too."""

import os
import time
from pathlib import Path

import msgspec

from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json

FILE_NAME = "paused.json"

_TICK = 1_000  # ns; NTFS keeps times to 100


class PausedAccounts:
    """The names of paused accounts, including those of BOT_TOKENS, which have no record.

    Blocking.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def names(self) -> frozenset[str]:
        """Return the names paused now; raises SmallFileError."""
        try:
            return frozenset(read_json(self._file, list[str]))
        except FileNotFoundError:
            return frozenset()

    def stamp(self) -> int:
        """Return the modification time in ns; it changes whenever the file is replaced."""
        try:
            return self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def pause(self, name: str) -> None:
        """Pause `name` until it is resumed; raises SmallFileError or OSError."""
        self._change(name, paused=True)

    def resume(self, name: str) -> None:
        """Resume `name`; harmless if it is not paused."""
        self._change(name, paused=False)

    def touch(self) -> None:
        """Make a running engine read again, because a refused bot's fault may be repaired."""
        with locked(self._file):
            self._write(self.names())

    def _change(self, name: str, *, paused: bool) -> None:
        with locked(self._file):
            self._write(self.names() | {name} if paused else self.names() - {name})

    def _write(self, names: frozenset[str]) -> None:
        before = self.stamp()
        replace_file(self._file, msgspec.json.encode(sorted(names)))
        # The system's file times may stand still for a hundredth of a second.
        now = max(time.time_ns(), before + _TICK)
        os.utime(self._file, ns=(now, now))

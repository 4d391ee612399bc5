"""Stores which accounts are paused, in a small file that outlives the engine."""

from pathlib import Path

import msgspec

from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json

FILE_NAME = "paused.json"


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

    def pause(self, name: str) -> None:
        """Pause `name` until it is resumed; raises SmallFileError or OSError."""
        self._change(name, paused=True)

    def resume(self, name: str) -> None:
        """Resume `name`; harmless if it is not paused."""
        self._change(name, paused=False)

    def _change(self, name: str, *, paused: bool) -> None:
        with locked(self._file):
            names = self.names() | {name} if paused else self.names() - {name}
            replace_file(self._file, msgspec.json.encode(sorted(names)))

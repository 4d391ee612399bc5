"""Which accounts the operator has paused: a small file, which outlives the engine."""

from pathlib import Path

import msgspec

from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json

FILE_NAME = "paused.json"


class PausedAccounts:
    """Names, also those of BOT_TOKENS, which have no record. Blocking."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def names(self) -> frozenset[str]:
        """Those paused now; raises SmallFileError."""
        try:
            return frozenset(read_json(self._file, list[str]))
        except FileNotFoundError:
            return frozenset()

    def pause(self, name: str) -> None:
        """Keep `name` from running until it is resumed; raises SmallFileError or OSError."""
        self._change(name, paused=True)

    def resume(self, name: str) -> None:
        """Let `name` run again; harmless if it did."""
        self._change(name, paused=False)

    def _change(self, name: str, *, paused: bool) -> None:
        with locked(self._file):
            names = self.names() | {name} if paused else self.names() - {name}
            replace_file(self._file, msgspec.json.encode(sorted(names)))

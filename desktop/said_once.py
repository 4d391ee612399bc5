"""Remembers across starts that a hint was given, so that it is given once."""

from pathlib import Path


class SaidOnce:
    """A mark in the data directory."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def first_time(self) -> bool:
        """True once for ever; where the mark cannot be kept, once a start at the least."""
        if self._mark.exists():
            return False
        try:
            self._mark.touch()
        except OSError:
            return True
        return True

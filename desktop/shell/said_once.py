"""Remembers across starts that a hint was given, so that it is given once."""

from pathlib import Path

from engine.files.private_files import create


class SaidOnce:
    """A mark in the data directory."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def first_time(self) -> bool:
        """Return True once for ever, or once a start if the mark cannot be stored."""
        try:
            create(self._mark)
        except FileExistsError:
            return False
        except OSError:
            return True
        return True

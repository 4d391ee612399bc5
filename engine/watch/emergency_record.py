"""Keeps emergency mode over restarts in a file: while it exists, the mode is on."""

from pathlib import Path

import msgspec

from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError
from engine.files.typed_files import read_json
from engine.watch.emergency_state import EmergencyCause

FILE_NAME = "emergency.json"


class Recorded(msgspec.Struct, frozen=True):
    """The start (seconds since 1970) and the cause."""

    since: float
    cause: EmergencyCause


class EmergencyRecord:
    """Keeps the record in a file; each method blocks for well under a millisecond.

    Nothing waits for the disk: the record survives a killed process, but perhaps not a power cut
    within seconds of a change.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def read(self) -> Recorded | None:
        """Return the record; None if the mode is off. An unreadable file means that it is on."""
        try:
            return read_json(self._file, Recorded)
        except FileNotFoundError:
            return None
        except SmallFileError:
            return Recorded(self._file.lstat().st_mtime, EmergencyCause.OPERATOR)

    def keep(self, recorded: Recorded) -> None:
        """Write the record; raises OSError."""
        write_anew(self._file, msgspec.json.encode(recorded))  # a reader finds all or nothing

    def forget(self) -> None:
        """Remove the record; raises OSError."""
        self._file.unlink(missing_ok=True)

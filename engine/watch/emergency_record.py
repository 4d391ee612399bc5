"""The file that keeps emergency mode over restarts: while it is there, the mode is on."""

from pathlib import Path

import msgspec

from engine.files.private_files import write_anew
from engine.files.small_files import SmallFileError
from engine.files.typed_files import read_json
from engine.watch.emergency_state import EmergencyCause

FILE_NAME = "emergency.json"


class Recorded(msgspec.Struct, frozen=True):
    """Since when (seconds since 1970) and why."""

    since: float
    cause: EmergencyCause


class EmergencyRecord:
    """Blocking, for well under a millisecond: nothing waits for the disk itself.

    So it outlives the process, however that ends; only a power cut within seconds may take it.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def read(self) -> Recorded | None:
        """None if the mode is off; a file that cannot be understood means that it is on."""
        try:
            return read_json(self._file, Recorded)
        except FileNotFoundError:
            return None
        except SmallFileError:
            return Recorded(self._file.lstat().st_mtime, EmergencyCause.OPERATOR)

    def keep(self, recorded: Recorded) -> None:
        """Raises OSError."""
        write_anew(self._file, msgspec.json.encode(recorded))  # a reader finds all or nothing

    def forget(self) -> None:
        """Raises OSError."""
        self._file.unlink(missing_ok=True)

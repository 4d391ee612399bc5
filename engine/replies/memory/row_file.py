"""Keeps a large table of the encoder in a nameless file, and reads it row by row.

Mapped into memory it would take as much as before: each touched row brings 64 KB with it.
"""

import tempfile
from pathlib import Path
from typing import Any


class RowFile:
    """Holds rows of bytes until `close`, or the end of the process; for one thread at a time."""

    def __init__(self, table: Any, directory: Path) -> None:
        """Write `table`, an array of bytes; raises OSError if there is no room in `directory`."""
        self._width = table.shape[1]
        self._file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115 - see close
        try:
            rest = memoryview(table).cast("B")
            while rest:
                rest = rest[self._file.write(rest) :]
        except BaseException:
            self._file.close()
            raise

    def __getitem__(self, numbers: Any) -> Any:
        """Return an array with the rows of these numbers, as an array does; raises OSError."""
        import numpy  # noqa: PLC0415 - comes with the extra; the encoder has imported it

        rows = numpy.empty((len(numbers), self._width), "uint8")
        for number, row in zip(numbers.tolist(), rows, strict=True):
            self._file.seek(number * self._width)
            if self._file.readinto(memoryview(row)) != self._width:
                raise OSError(f"row {number} is cut short")
        return rows

    def close(self) -> None:
        """Free the space on the disk."""
        self._file.close()

"""Follows the small files of a data directory that change while an engine runs.

It compares only the files' stamps, every two seconds.
"""

import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.clock import Clock
from engine.errors import GavatcoreError, described
from engine.storage.database.errors import StorageError

_LOOK = 2.0  # s

_log = logging.getLogger(__name__)

Stamps = tuple[tuple[str, int, int, int], ...]


def _stamps(path: Path) -> Iterable[tuple[str, int, int, int]]:
    """Yield values that change whenever the file, or a file of the folder, is replaced."""
    try:
        found = path.stat()
        yield path.name, found.st_mtime_ns, found.st_size, found.st_ino
        if path.is_dir():
            with os.scandir(path) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    inner = entry.stat()
                    yield entry.name, inner.st_mtime_ns, inner.st_size, entry.inode()
    except OSError:
        yield path.name, 0, 0, 0


@dataclass
class _Followed:
    paths: tuple[Path, ...]
    apply: Callable[[], Awaitable[None]]
    seen: Stamps
    complaint: str = ""  # the last complaint, logged once


class Following:
    """Watches files; call `follow` for each before `run`."""

    def __init__(
        self, paths: Iterable[Path], clock: Clock, on_error: Callable[[BaseException], None]
    ) -> None:
        """Notice every change to `paths` from now on.

        `on_error` gets unexpected errors; the next check may succeed.
        """
        self._before = {path: tuple(_stamps(path)) for path in paths}
        self._clock = clock
        self._on_error = on_error
        self._all: list[_Followed] = []

    def follow(self, paths: Iterable[Path], apply: Callable[[], Awaitable[None]]) -> None:
        """Call `apply` when one of the files has changed; in the order of the calls to `follow`."""
        given = tuple(paths)
        seen = tuple(stamp for path in given for stamp in self._before[path])
        self._all.append(_Followed(given, apply, seen))

    async def run(self) -> None:
        """Check the files until cancelled."""
        while True:
            await self._clock.sleep(_LOOK)
            await self.look()

    async def look(self) -> None:
        """Apply what has changed since the last check."""
        for one in self._all:
            now = tuple(stamp for path in one.paths for stamp in _stamps(path))
            if now == one.seen:
                continue
            before, one.seen = one.seen, now  # a change during `apply` is seen by the next check
            try:
                await one.apply()
                one.complaint = ""
            except (GavatcoreError, OSError) as error:
                if isinstance(error, StorageError | OSError):
                    one.seen = before  # the file is not at fault
                self._complain(one, described(error))
            except Exception as error:  # noqa: BLE001 - the others are followed all the same
                self._on_error(error)

    def _complain(self, one: _Followed, sentence: str) -> None:
        if sentence != one.complaint:
            one.complaint = sentence
            _log.warning("all stays as it was: %s", sentence)

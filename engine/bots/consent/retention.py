"""Deletes once a day what exceeds the retention time."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from engine.clock import Clock
from engine.storage.backups.file import RETENTION, BackupFolder
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError
from engine.storage.people.retention import delete_older, prune_record

DAY = 86_400.0  # s
_AFTER_START = 60.0  # s; a start has more urgent work
_BETWEEN_BATCHES = 0.1  # s for other users of the writer

_log = logging.getLogger(__name__)


class Retention:
    """Deletes daily; run `run` until it is cancelled."""

    def __init__(self, database: Database, directory: Path, days: int, clock: Clock) -> None:
        """Use `directory`, the data directory, to find the backups."""
        self._database = database
        self._backups = BackupFolder(directory)
        self._days = days
        self._clock = clock

    async def run(self, on_error: Callable[[BaseException], None]) -> None:
        """Delete soon after the start, then daily; unexpected errors go to `on_error`."""
        await self._clock.sleep(_AFTER_START)
        while True:
            try:
                if count := await self.delete():
                    _log.info("%d rows older than %d days were deleted", count, self._days)
            except StorageError as error:
                _log.warning("old messages are not deleted today: %s", error)
            except Exception as error:  # noqa: BLE001 - tomorrow is another day
                on_error(error)
            await self._clock.sleep(DAY)

    async def delete(self) -> int:
        """Delete what is too old; return the number of rows. Raises StorageError.

        From the record goes only what no existing backup could undo.
        """
        now = self._clock.now()
        made = await asyncio.to_thread(self._backups.list)
        oldest = min((backup.at for backup in made), default=now)
        await prune_record(self._database, min(now - RETENTION, oldest) - DAY)
        before = now - self._days * DAY
        return await delete_older(self._database, before, self._pause)

    async def _pause(self) -> None:
        await self._clock.sleep(_BETWEEN_BATCHES)

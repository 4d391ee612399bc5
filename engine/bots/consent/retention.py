"""Deletes once a day what is older than messages may be kept."""

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
_AFTER_START = 60.0  # s; a start has better things to do
_BETWEEN_BATCHES = 0.1  # s that others have the writer for themselves

_log = logging.getLogger(__name__)


class Retention:
    """`run` until cancelled."""

    def __init__(self, database: Database, directory: Path, days: int, clock: Clock) -> None:
        """`directory` is the data directory, where the backups lie."""
        self._database = database
        self._backups = BackupFolder(directory)
        self._days = days
        self._clock = clock

    async def run(self, on_error: Callable[[BaseException], None]) -> None:
        """Delete soon after the start, then daily; `on_error` takes what nobody expected."""
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
        """Delete what is too old now; how many rows that were. Raises StorageError.

        Of the record goes what no backup is left to undo.
        """
        now = self._clock.now()
        made = await asyncio.to_thread(self._backups.list)
        oldest = min((backup.at for backup in made), default=now)
        await prune_record(self._database, min(now - RETENTION, oldest) - DAY)
        before = now - self._days * DAY
        return await delete_older(self._database, before, self._pause)

    async def _pause(self) -> None:
        await self._clock.sleep(_BETWEEN_BATCHES)

"""Deletes once a day what is older than messages may be kept."""

import logging
from collections.abc import Callable

from engine.clock import Clock
from engine.storage.database import Database
from engine.storage.errors import StorageError
from engine.storage.retention import delete_older

DAY = 86_400.0  # s
_AFTER_START = 60.0  # s; a start has better things to do
_BETWEEN_BATCHES = 0.1  # s that others have the writer for themselves

_log = logging.getLogger(__name__)


class Retention:
    """`run` until cancelled."""

    def __init__(self, database: Database, days: int, clock: Clock) -> None:
        self._database = database
        self._days = days
        self._clock = clock

    async def run(self, report: Callable[[BaseException], None]) -> None:
        """Delete soon after the start, and then every day; `report` takes what nobody expected."""
        await self._clock.sleep(_AFTER_START)
        while True:
            try:
                if count := await self.delete():
                    _log.info("%d rows older than %d days were deleted", count, self._days)
            except StorageError as error:
                _log.warning("old messages are not deleted today: %s", error)
            except Exception as error:  # noqa: BLE001 - tomorrow is another day
                report(error)
            await self._clock.sleep(DAY)

    async def delete(self) -> int:
        """Delete what is too old now; how many rows that were. Raises StorageError."""
        before = self._clock.now() - self._days * DAY
        return await delete_older(self._database, before, self._pause)

    async def _pause(self) -> None:
        await self._clock.sleep(_BETWEEN_BATCHES)

"""Makes, checks, restores and keeps backups, daily and on demand, while the engine runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from engine.clock import Clock
from engine.language import _
from engine.storage.backups.contents import Contents
from engine.storage.backups.file import RETENTION, Backup, BackupFolder
from engine.storage.database.errors import StorageError
from engine.storage.locations.location import Location

_DAY = 86_400.0  # s
_RETRY = 3_600.0  # s after a failure

Upload = Callable[[Path], Awaitable[None]]

_log = logging.getLogger(__name__)


class Backups:
    """Backs up the database at `location` to `<directory>/backups`; `upload` copies each away."""

    def __init__(
        self, location: Location, directory: Path, clock: Clock, upload: Upload | None = None
    ) -> None:
        self._location = location
        self._clock = clock
        self._upload = upload
        self.folder = BackupFolder(directory)

    async def make(self) -> Backup:
        """Make a backup now, and prove it by a restore into scratch space; raises StorageError."""
        if not await self._location.exists():
            raise StorageError(
                _("There is no database yet: the engine makes it at its first start.")
            )
        now = self._clock.now()
        backup = await self._location.back_up(self.folder, now)
        await asyncio.to_thread(self.folder.remove_older, now - RETENTION)
        if self._upload is not None:
            await self._upload(backup.file)
        return backup

    async def check(self, file: Path) -> Contents:
        """Restore it into a scratch database of the same kind; return its contents.

        Raises StorageError if it cannot be restored to the last row.
        """
        return await self._location.try_restore(file)

    async def restore(self, file: Path) -> Contents:
        """Replace the database by a backup, after a backup of the present one; return its contents.

        Nobody else may have it open. A damaged database is moved aside. Raises StorageError;
        nothing else is changed then.
        """
        found = await self.check(file)
        if aside := await self._location.put_damaged_aside(self._clock.now()):
            _log.warning(
                "%s",
                _("The database was damaged: it is now in {folder}.").format(folder=aside),
            )
        if await self._location.exists():
            await self.make()
        await self._location.restore(file, self._clock.now())
        return found

    async def run(self, failed: Callable[[StorageError], None]) -> None:
        """Make one a day until cancelled; report a failure, and try again an hour later."""
        while True:
            made = await asyncio.to_thread(self.folder.list)
            due = made[-1].at + _DAY if made else self._clock.now()
            pause = due - self._clock.now()
            if pause <= 0:
                pause = await self._make(failed)
            await self._clock.sleep(min(pause, _DAY))

    async def _make(self, failed: Callable[[StorageError], None]) -> float:
        try:
            await self.make()
        except StorageError as error:
            _log.error("no backup was made: %s", error)
            failed(error)
            return _RETRY
        return _DAY

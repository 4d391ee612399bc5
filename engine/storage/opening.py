"""Opens the engine's database: finds it by its URL, migrates it and settles it."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

from engine.clock import Clock
from engine.storage.database.backend import Backend, Bundle
from engine.storage.database.database import Database
from engine.storage.database.errors import TroubleError
from engine.storage.database.operation import Operation, Result
from engine.storage.database.trouble import OnTrouble
from engine.storage.locations.by_url import location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.record.record import RecordLine
from engine.storage.restores.lineage import LineageFindings, confirm, settle

_log = logging.getLogger(__name__)


async def open_database(
    url: str | None,
    directory: Path,
    *,
    clock: Clock,
    on_trouble: OnTrouble,
    renew: bool = False,
) -> Database:
    """Open the database at `url`, or `gavatcore.db` in `directory`; migrate it if necessary.

    A database is backed up before it is migrated, and one that is not the one last in use is
    settled (see `lineage`). An engine passes `renew`, which distinguishes its database from
    earlier copies. `on_trouble` is called when storing becomes impossible, and with None when
    it works again. Raises StorageError.
    """
    location = location_of(url, directory)
    await migrate_location(location, clock)
    backend = await location.backend(clock)
    try:
        others = await asyncio.to_thread(location.other_records)
        settled = await _settle(backend, clock.now(), others, renew=renew)
    except TroubleError as error:
        await backend.close()
        raise error.while_opening() from error
    except BaseException:
        await backend.close()
        raise
    return Database(backend, clock, on_trouble, told_before=settled.told_before)


async def _settle(
    backend: Backend, now: float, others: Sequence[Sequence[RecordLine]], *, renew: bool
) -> LineageFindings:
    mark = secrets.token_hex(8)
    settled = await _at_once(backend, settle(mark, now, others, renew=renew))
    if settled.is_marked:
        await _at_once(backend, confirm(mark, now))
    if not settled.is_known:
        _log.warning(
            "this is not the database last in use: what was withdrawn or erased since is "
            "withdrawn and erased again, %d open messages are set aside",
            settled.set_aside,
        )
    return settled


async def _at_once(backend: Backend, operation: Operation[Result]) -> Result:
    """Run it now or raise TroubleError, because nobody can wait yet."""
    ((answer,),) = await backend.commit([Bundle(operation, [[()]])])
    if isinstance(answer, Exception):
        raise answer
    result: Result = answer[0]
    return result

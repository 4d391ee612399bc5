"""Stores the valid part of a batch, so that one bad row does not block the others."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from engine.storage.database.errors import StorageUnavailableError

Item = TypeVar("Item")

_log = logging.getLogger(__name__)


async def store_apart(
    store: Callable[[Sequence[Item]], Awaitable[object]], items: Sequence[Item]
) -> int:
    """Store `items` together, and a refused batch in halves; return how many cannot be stored.

    Bad items are skipped, and the type of their error is logged: its text may repeat their
    contents. Raises StorageUnavailableError, after which some may have been stored.
    """
    if not items:
        return 0
    try:
        await store(items)
    except StorageUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - the database's of a row, whatever its driver calls it
        if len(items) == 1:
            _log.error("a row cannot be stored and is left out: %s", type(error).__name__)
            return 1
    else:
        return 0
    half = len(items) // 2
    return await store_apart(store, items[:half]) + await store_apart(store, items[half:])

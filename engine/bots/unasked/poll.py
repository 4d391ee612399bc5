"""Polls the database for what is to be said unasked, as long as there is any.

With nothing to say it sleeps for a minute; whoever changes that wakes it.
"""

import logging
from collections.abc import Awaitable, Callable

from engine.clock import Clock
from engine.storage.database.errors import StorageError
from engine.wakeup import Wakeup

INTERVAL = 3.0  # s between two polls while there is anything to say
_IDLE_FACTOR = 20  # times as long without: somebody may have written into the database unsaid


async def poll(
    work: Callable[[], Awaitable[bool]],
    clock: Clock,
    on_error: Callable[[BaseException], None],
    log: logging.Logger,
    wakeup: Wakeup | None = None,
) -> None:
    """Call `work` until cancelled; it returns True while there is anything to say.

    A failed poll is followed by the next. A given `wakeup` makes the next one come at once.
    `on_error` takes an error nobody expected; a trouble of the database is logged once.
    """
    wakeup = wakeup or Wakeup(clock)
    trouble = ""
    while True:
        is_needed = True
        try:
            is_needed = await work()
            trouble = ""
        except StorageError as error:
            if str(error) != trouble:
                trouble = str(error)
                log.warning("nothing is said unasked: %s", error)
        except Exception as error:  # noqa: BLE001 - the next poll may go well
            on_error(error)
        await wakeup.sleep(INTERVAL if is_needed else INTERVAL * _IDLE_FACTOR)

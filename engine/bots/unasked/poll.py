"""Polls for due work; a failed check is followed by the next.

Without anything to check there is no polling: whoever changes that gives a wake-up.
"""

import logging
from collections.abc import Awaitable, Callable

from engine.clock import Clock
from engine.storage.database.errors import StorageError
from engine.wakeup import Wakeup

LOOK = 3.0  # s between two looks while there is something to look for
_IDLE_LOOKS = 20  # times as long without: somebody may have written into the database unsaid


async def keep_looking(
    look: Callable[[], Awaitable[bool]],
    clock: Clock,
    on_error: Callable[[BaseException], None],
    log: logging.Logger,
    wakeup: Wakeup | None = None,
) -> None:
    """Call `look` until cancelled; it returns True if there is anything to check.

    A `wakeup` makes the next check come at once. `on_error` gets unexpected errors; a trouble is
    logged once.
    """
    wakeup = wakeup or Wakeup(clock)
    trouble = ""
    while True:
        is_needed = True
        try:
            is_needed = await look()
            trouble = ""
        except StorageError as error:
            if str(error) != trouble:
                trouble = str(error)
                log.warning("nothing is said unasked: %s", error)
        except Exception as error:  # noqa: BLE001 - the next look may go well
            on_error(error)
        await wakeup.sleep(LOOK if is_needed else LOOK * _IDLE_LOOKS)

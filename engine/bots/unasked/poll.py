"""Looks again and again at what is to be done; a failed look is followed by the next."""

import logging
from collections.abc import Awaitable, Callable

from engine.bots.connection.wakeup import Wakeup
from engine.clock import Clock
from engine.storage.database.errors import StorageError

LOOK = 3.0  # s between two looks


async def keep_looking(
    look: Callable[[], Awaitable[None]],
    clock: Clock,
    on_error: Callable[[BaseException], None],
    log: logging.Logger,
    wakeup: Wakeup | None = None,
) -> None:
    """Until cancelled; `on_error` takes an error nobody expected. A trouble is logged once.

    A given `wakeup` makes the next look come at once.
    """
    wakeup = wakeup or Wakeup(clock)
    trouble = ""
    while True:
        try:
            await look()
            trouble = ""
        except StorageError as error:
            if str(error) != trouble:
                trouble = str(error)
                log.warning("nothing is said unasked: %s", error)
        except Exception as error:  # noqa: BLE001 - the next look may go well
            on_error(error)
        await wakeup.sleep(LOOK)

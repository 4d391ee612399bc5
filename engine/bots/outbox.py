"""Sends one bot's answers: in order within a chat, each once, waiting where Telegram says so.

It lives in memory: what is unsent when the process ends is not sent by the next one.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from engine.bots.disposition import Unanswered
from engine.clock import Clock
from engine.telegram.client import AccountClient
from engine.telegram.faults import (
    AccountRefusedError,
    AlreadyDeliveredError,
    ConnectionLostError,
    FloodWaitError,
    TelegramTroubleError,
    UndeliverableError,
)

EXPIRY = 600.0  # s; an answer later than this would only confuse
_TROUBLE_PAUSE = 2.0  # s, after an error inside Telegram

Connected = Callable[[], Awaitable[AccountClient]]
Broken = Callable[[AccountClient, Exception], None]


class Outbox:
    """Sends through whatever client the account has at the moment.

    `connected` waits for one, or raises AccountRefusedError if there never will be; `broken` is
    told when one turns out to be of no use.
    """

    def __init__(self, connected: Connected, broken: Broken, clock: Clock) -> None:
        self._connected = connected
        self._broken = broken
        self._clock = clock
        self._not_before = 0.0  # monotonic; Telegram asked this bot to send nothing until then

    async def send(self, peer: Any, text: str, reply_to: int) -> Unanswered | None:
        """Deliver `text`, however often the connection breaks; None when it has arrived.

        Sent again after a break under the same random_id, so Telegram drops what it already has.
        """
        random_id = secrets.randbits(64) - (1 << 63)
        try:
            async with asyncio.timeout(EXPIRY):
                while not await self._attempt(peer, text, reply_to, random_id):
                    pass
        except AlreadyDeliveredError:
            return None
        except (UndeliverableError, AccountRefusedError):
            return Unanswered.UNDELIVERABLE
        except TimeoutError:
            return Unanswered.EXPIRED
        return None

    async def _attempt(self, peer: Any, text: str, reply_to: int, random_id: int) -> bool:
        """Send once, when Telegram's last wait is over; True when it has arrived."""
        while (pause := self._not_before - self._clock.monotonic()) > 0:
            await self._clock.sleep(pause)
        client = await self._connected()
        try:
            await client.send_message(peer, text, reply_to=reply_to, random_id=random_id)
        except FloodWaitError as flood:
            self._not_before = self._clock.monotonic() + flood.seconds
        except TelegramTroubleError:
            await self._clock.sleep(_TROUBLE_PAUSE)
        except (ConnectionLostError, AccountRefusedError) as error:
            self._broken(client, error)
        else:
            return True
        return False

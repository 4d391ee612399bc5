"""Sends one bot's messages: each once, however often the connection breaks, waiting where
Telegram says so."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.bots.disposition import Unanswered
from engine.clock import Clock
from engine.storage.messages import OutgoingMessage
from engine.telegram.client import AccountClient
from engine.telegram.faults import (
    AccountRefusedError,
    AlreadyDeliveredError,
    ConnectionLostError,
    FloodWaitError,
    TelegramTroubleError,
    UndeliverableError,
)

_TROUBLE_PAUSE = 2.0  # s, after an error inside Telegram

Connected = Callable[[], Awaitable[AccountClient]]
Broken = Callable[[AccountClient, Exception], None]


class Outbox:
    """Sends through whatever client the account has at the moment.

    `connected` waits for one; `broken` is told when one turns out to be of no use.
    """

    def __init__(self, connected: Connected, broken: Broken, clock: Clock) -> None:
        self._connected = connected
        self._broken = broken
        self._clock = clock
        self._not_before = 0.0  # monotonic; Telegram asked this bot to send nothing until then

    async def send(self, message: OutgoingMessage) -> Unanswered | None:
        """Deliver `message` before it expires; None when it has arrived, else why it will not.

        Sent again after a break under the same random_id, so Telegram drops what it already has.
        """
        remaining = message.expires_at - self._clock.now()
        if remaining <= 0:
            return Unanswered.EXPIRED
        try:
            async with asyncio.timeout(remaining):
                while not await self._attempt(message):
                    pass
        except AlreadyDeliveredError:
            return None
        except UndeliverableError:
            return Unanswered.UNDELIVERABLE
        except TimeoutError:
            return Unanswered.EXPIRED
        return None

    async def _attempt(self, message: OutgoingMessage) -> bool:
        """Send once, when Telegram's last wait is over; True when it has arrived."""
        while (pause := self._not_before - self._clock.monotonic()) > 0:
            await self._clock.sleep(pause)
        client = await self._connected()
        try:
            await client.send_message(
                message.peer, message.text, reply_to=message.reply_to, random_id=message.random_id
            )
        except FloodWaitError as flood:
            self._not_before = self._clock.monotonic() + flood.seconds
        except TelegramTroubleError:
            await self._clock.sleep(_TROUBLE_PAUSE)
        except (ConnectionLostError, AccountRefusedError) as error:
            self._broken(client, error)
        else:
            return True
        return False

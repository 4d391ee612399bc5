"""Sends one bot's messages, each once, however often the connection breaks."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Limits
from engine.bots.messages.message_forms import Form
from engine.bots.messages.muted_chats import MutedChats
from engine.bots.skip_reason import SkipReason
from engine.clock import Clock
from engine.storage.flood_waits import WHOLE_ACCOUNT
from engine.storage.messages.message import OutgoingMessage
from engine.telegram.client.client import AccountClient
from engine.telegram.faults import (
    AccountRefusedError,
    AlreadyDeliveredError,
    ConnectionLostError,
    FloodWaitError,
    NoRightsError,
    SlowModeError,
    TelegramTroubleError,
    UndeliverableError,
)

_TROUBLE_PAUSE = 2.0  # s, after an error inside Telegram; doubled with each
_LONGEST_PAUSE = 16.0  # s

Connected = Callable[[], Awaitable[AccountClient]]
Broken = Callable[[AccountClient, Exception], None]
Wanted = Callable[[OutgoingMessage], Awaitable[bool]]
Refused = Callable[[OutgoingMessage, UndeliverableError], Awaitable[OutgoingMessage | None]]


class _WithdrawnError(Exception):
    """Raised when the chat no longer wants the message."""


async def _no_other(_message: OutgoingMessage, _error: UndeliverableError) -> None:
    return None


class Outbox:
    """Sends through the client that the account has at the moment.

    `connected` waits for a client, and `broken` is told of a useless one. `refused` is told what
    Telegram refused, and may return a message to send instead. Messages to the same chat must be
    sequential.
    """

    def __init__(
        self,
        connected: Connected,
        broken: Broken,
        limits: Limits,
        clock: Clock,
        refused: Refused = _no_other,
    ) -> None:
        self._connected = connected
        self._broken = broken
        self._refused = refused
        self._limits = limits
        self._line = asyncio.Lock()  # messages that wait for the account's pace, in order
        self._clock = clock
        self.muted = MutedChats()

    async def send(
        self, message: OutgoingMessage, wanted: Wanted | None = None
    ) -> SkipReason | None:
        """Deliver `message` before it expires; return None on success, else the reason.

        It is repeated after a break under the same random_id, so Telegram drops a duplicate.
        `wanted` is asked right before each try.
        """
        remaining = message.expires_at - self._clock.now()
        if remaining <= 0:
            return SkipReason.EXPIRED
        try:
            async with asyncio.timeout(remaining):
                await self._until_sent(message, wanted)
        except UndeliverableError as error:
            if isinstance(error, NoRightsError):
                self.muted.refused(message.chat)
            return SkipReason.UNDELIVERABLE
        except TimeoutError:
            return SkipReason.EXPIRED
        except _WithdrawnError:
            return SkipReason.WITHDRAWN
        return None

    async def _until_sent(self, message: OutgoingMessage, wanted: Wanted | None) -> None:
        """Send every piece of the message, each in a form that Telegram accepts."""
        waiting, pause = deque([Form(message)]), _TROUBLE_PAUSE
        while waiting:
            try:
                if await self._attempt(waiting[0], wanted):
                    waiting.popleft()
            except AlreadyDeliveredError:
                waiting.popleft()
            except TelegramTroubleError:
                await self._clock.sleep(pause)
                pause = min(_LONGEST_PAUSE, 2 * pause)
            except UndeliverableError as error:
                refused = waiting.popleft()
                waiting.extendleft(reversed(await self._instead(refused, error)))

    async def _instead(self, form: Form, error: UndeliverableError) -> list[Form]:
        """Return what to send after a refusal; raises `error` if there is nothing."""
        client = await self._connected()
        others = form.others(error.verdict, client.access_hash(form.message.chat))
        if others:
            return others
        instead = await self._refused(form.message, error)
        if instead is None:
            raise error
        return [Form(instead)]

    async def _attempt(self, form: Form, wanted: Wanted | None) -> bool:
        """Send once no limit forbids it; return True if it arrived."""
        message = form.message
        client = await self._turn(message)
        if wanted is not None and not await wanted(message):
            raise _WithdrawnError
        try:
            await client.send_message(
                message.peer,
                message.text,
                reply_to=message.reply_to,
                random_id=message.random_id,
                preview=form.preview,
            )
        except FloodWaitError as flood:
            chat = message.chat if isinstance(flood, SlowModeError) else WHOLE_ACCOUNT
            await self._limits.floods.keep(message.account, SEND, flood.seconds, chat)
        except (ConnectionLostError, AccountRefusedError) as error:
            self._broken(client, error)
        else:
            self.muted.heard(message.chat)
            return True
        finally:
            self._limits.pace.sent(message.account, message.chat)
        return False

    async def _turn(self, message: OutgoingMessage) -> AccountClient:
        """Return a connected client at a moment when every limit allows the message.

        Raises TimeoutError if the message expires first.
        """
        account, limits = message.account, self._limits
        while True:
            client = await self._connected()
            if (pause := limits.pause(account, message.chat)) > 0:
                await self._wait(pause, message)
                continue
            async with self._line:
                while (pause := limits.pace.account_pause(account)) > 0:
                    await self._wait(pause, message)
                if limits.pause(account, message.chat) <= 0:  # no flood wait has begun meanwhile
                    limits.pace.sending(account)
                    return client

    async def _wait(self, pause: float, message: OutgoingMessage) -> None:
        remaining = message.expires_at - self._clock.now()
        if remaining <= 0:
            raise TimeoutError
        await self._clock.sleep(min(pause, remaining))

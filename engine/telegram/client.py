"""One account's connection to Telegram, from login until it breaks; never reconnects by itself.

Reconnecting is the owner's: so every pause, and its reason, is in one place and can be shown.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient
from telethon.network import ConnectionTcpFull
from telethon.tl.functions.messages import SendMessageRequest
from telethon.tl.types import InputReplyToMessage

from engine.telegram.faults import translate
from engine.telegram.incoming import Incoming, incoming_messages
from engine.telegram.server import Server
from engine.telegram.session import AccountSession

Receive = Callable[[Incoming], None]

_CONNECT_TIMEOUT = 10  # s, for the socket
_ANSWER_TIMEOUT = 20  # s, for any one request
_DISCONNECT_TIMEOUT = 2  # s


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is on Telegram."""

    username: str  # without @; its number where it has none
    display_name: str


class _Client(TelegramClient):  # type: ignore[misc]  # Telethon ships no types
    """Hands each message over in the same step that moves pts past it.

    Telethon's own dispatch starts a task for each update, which a disconnect cancels before it
    ran: the message would be lost. Both hooks are private, hence Telethon is pinned.
    """

    def __init__(self, receive: Receive, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._receive = receive

    async def _preprocess_updates(
        self, updates: Iterable[Any], users: Iterable[Any], chats: Iterable[Any]
    ) -> list[Any]:
        for incoming in incoming_messages(await super()._preprocess_updates(updates, users, chats)):
            self._receive(incoming)
        return []


class AccountClient:
    """A connected and logged-in account; `closed` ends when the connection does."""

    def __init__(
        self,
        session: AccountSession,
        *,
        server: Server | None,
        api_id: int,
        api_hash: str,
        receive: Receive,
    ) -> None:
        if server is not None:
            session.set_dc(server.dc, server.host, server.port)
        self._client = _Client(
            receive,
            session,
            api_id,
            api_hash,
            connection=ConnectionTcpFull,
            use_ipv6=":" in (session.server_address or ""),
            timeout=_CONNECT_TIMEOUT,
            connection_retries=1,
            request_retries=2,
            retry_delay=1,
            auto_reconnect=False,
            flood_sleep_threshold=0,
            raise_last_call_error=True,
            catch_up=True,
            device_model="Gavatcore",
        )

        self._given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def log_in(self, token: str) -> Identity:
        """Connect, log in if the session is new, and say who the account is.

        Raises one of `faults`; the client is then of no more use.
        """
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT + _ANSWER_TIMEOUT):
                await self._client.connect()
                me = await self._client.get_me()
                if me is None:
                    me = await self._client.sign_in(bot_token=token)
        except Exception as error:
            raise translate(error) from error
        # A crash before the first minute must not forget how far updates were read.
        await self._client._save_states_and_entities()
        return Identity(me.username or str(me.id), me.first_name or me.username or str(me.id))

    async def closed(self) -> None:
        """Wait until the connection ends; raises one of `faults` if it did not end by `close`."""
        ended = asyncio.ensure_future(self._client.disconnected)
        try:
            await asyncio.wait((ended, self._given_up), return_when=asyncio.FIRST_COMPLETED)
            if self._given_up.done():
                self._given_up.result()
            ended.result()
        except Exception as error:
            raise translate(error) from error
        finally:
            ended.cancel()
        fatal = self._client._updates_error
        if fatal is not None:
            raise translate(fatal) from fatal

    def give_up(self, error: Exception) -> None:
        """Let `closed` end with `error`: a request found the connection to be of no more use."""
        if not self._given_up.done():
            self._given_up.set_exception(error)
            self._given_up.exception()  # nobody may be waiting

    async def send_message(
        self, peer: Any, text: str, *, reply_to: int | None, random_id: int
    ) -> None:
        """Send `text` once; Telegram treats a repeated `random_id` as the same message.

        Raises one of `faults`; after ConnectionLostError it is unknown whether it arrived.
        """
        request = SendMessageRequest(
            peer,
            text,
            random_id=random_id,
            reply_to=None if reply_to is None else InputReplyToMessage(reply_to),
        )
        try:
            # Past the client, which would repeat a duplicate five times, 2 s apart.
            answer = self._client._sender.send(request)
            async with asyncio.timeout(_ANSWER_TIMEOUT):
                await asyncio.wait((answer,))
            if answer.cancelled():  # by the sender, because the connection closed
                raise ConnectionError
            answer.result()
        except Exception as error:
            raise translate(error) from error

    async def close(self) -> None:
        """Disconnect, in 2 s at the most, whatever the network does."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_DISCONNECT_TIMEOUT):
                await self._client.disconnect()

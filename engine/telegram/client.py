"""One account's connection to Telegram, from login until it breaks; never reconnects by itself.

Reconnecting is the owner's: so every pause, and its reason, is in one place and can be shown.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient
from telethon.network import ConnectionTcpFull
from telethon.tl.functions.messages import SendMessageRequest
from telethon.tl.types import InputReplyToMessage

from engine.storage.messages import Peer
from engine.telegram.faults import AccountRefusedError, translate
from engine.telegram.incoming import Incoming, incoming_messages, input_peer
from engine.telegram.message_box import ThoroughMessageBox
from engine.telegram.server import Server
from engine.telegram.session import AccountSession

Receive = Callable[[Sequence[Incoming], str], Awaitable[None]]
"""Takes messages in, with the account's own username; once it returns they are safe."""

_CONNECT_TIMEOUT = 10  # s, for the socket
_ANSWER_TIMEOUT = 20  # s, for any one request
_DISCONNECT_TIMEOUT = 2  # s


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is on Telegram."""

    username: str  # without @; its number where it has none
    display_name: str
    number: int
    is_bot: bool

    @classmethod
    def of(cls, user: Any) -> "Identity":
        """Who a `User` of Telegram's is."""
        username = user.username or str(user.id)
        return cls(username, user.first_name or username, user.id, bool(user.bot))


class _Client(TelegramClient):  # type: ignore[misc]  # Telethon ships no types
    """Remembers how far updates were read only when the messages among them are safe.

    Telethon's own dispatch starts a task for each update, which a disconnect cancels before it
    ran, and saves pts whether or not anybody has seen the message. The hooks are private, hence
    Telethon is pinned.
    """

    def __init__(self, receive: Receive, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._message_box = ThoroughMessageBox(self._log["messagebox"])
        self._take = receive
        self._identified: asyncio.Future[Identity] = asyncio.get_running_loop().create_future()

    async def _preprocess_updates(
        self, updates: Iterable[Any], users: Iterable[Any], chats: Iterable[Any]
    ) -> list[Any]:
        updates = await super()._preprocess_updates(updates, users, chats)
        messages = tuple(incoming_messages(updates, self._sender._state.time_offset))
        if messages:
            identity = await asyncio.shield(self._identified)
            await self._take(messages, identity.username)
        self.session.remember(*self._message_box.session_state())
        return []

    async def remember_login(self) -> None:
        """Note in the session who the account is and where its updates begin."""
        await super()._save_states_and_entities()

    async def _save_states_and_entities(self) -> None:
        """Telethon calls it at moments of its own, whether or not what it saves is safe."""

    def identify(self, identity: Identity) -> None:
        if not self._identified.done():
            self._identified.set_result(identity)


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
                # Before the first update is handled; a crash must not forget where to go on.
                await self._client.remember_login()
                me = await self._client.get_me()
                if me is None and not token:  # imported with its login alone
                    raise AccountRefusedError("Telegram ended this session: log in again.")
                if me is None:
                    me = await self._client.sign_in(bot_token=token)
                    await self._client.remember_login()
        except Exception as error:
            raise translate(error) from error
        identity = Identity.of(me)
        self._client.identify(identity)
        return identity

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
        self, peer: Peer, text: str, *, reply_to: int | None, random_id: int
    ) -> None:
        """Send `text` once; Telegram treats a repeated `random_id` as the same message.

        Raises one of `faults`; after ConnectionLostError it is unknown whether it arrived.
        """
        request = SendMessageRequest(
            input_peer(peer),
            text,
            random_id=random_id,
            reply_to=None if reply_to is None else InputReplyToMessage(reply_to),
        )
        try:
            # Past the client, which would repeat a duplicate five times, 2 s apart.
            answer = self._client._sender.send(request)
            async with asyncio.timeout(_ANSWER_TIMEOUT):
                await _answered(answer)
        except Exception as error:
            raise translate(error) from error

    async def close(self) -> None:
        """Disconnect, in 2 s at the most, whatever the network does."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_DISCONNECT_TIMEOUT):
                await self._client.disconnect()


async def _answered(answer: asyncio.Future[Any]) -> None:
    """Wait for `answer`; ConnectionError if Telethon gave it up because the connection closed."""
    try:
        await answer
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ConnectionError from None

"""Connects one account to Telegram, from login until the connection ends; never reconnects itself.

The owner reconnects, so every pause and its reason is in one place and can be shown.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from telethon import errors
from telethon.tl.functions.messages import SendMessageRequest
from telethon.tl.functions.updates import GetStateRequest
from telethon.tl.types import InputReplyToMessage

from engine.language import _
from engine.storage.peer import Peer
from engine.telegram.client.identity import Identity
from engine.telegram.client.key_exchange import mend_key_exchange
from engine.telegram.client.observed import Observed
from engine.telegram.client.transport import BoundedTcp
from engine.telegram.client.update_client import Intake, UpdateClient
from engine.telegram.faults import (
    AccountRefusedError,
    TelegramFaultError,
    translate,
    translate_transport,
)
from engine.telegram.server import DataCentre
from engine.telegram.sessions.session import AccountSession
from engine.telegram.updates.envelopes import mend_reading
from engine.telegram.updates.incoming import input_peer
from engine.telegram.updates.lenient import Lenient

Told = Callable[[float, float], None]
"""Takes the time Telegram gave an answer, in seconds since 1970, and the seconds it took."""

_CONNECT_TIMEOUT = 10  # s, for the socket
_ANSWER_TIMEOUT = 20  # s, for any one request
_DISCONNECT_TIMEOUT = 2  # s

# Said within the encrypted channel, so nobody on the way can have made it up.
_VOID_KEY = (errors.AuthKeyDuplicatedError, errors.AuthKeyInvalidError)


class _SendMessage(Lenient, SendMessageRequest):  # type: ignore[misc]  # Telethon ships no types
    """Sends a message; every result except an error counts as delivered, readable or not."""


class AccountClient:
    """A connected and logged-in account; `closed` returns when the connection ends."""

    def __init__(
        self,
        session: AccountSession,
        *,
        server: DataCentre | None,
        api_id: int,
        api_hash: str,
        intake: Intake,
        observed: Observed,
        told: Told,
    ) -> None:
        mend_key_exchange()
        mend_reading()
        self._observed = observed
        self._told = told
        self._has_token = False
        if server is not None:
            session.set_dc(server.dc, server.host, server.port)
        self._client = UpdateClient(
            intake,
            observed,
            session,
            api_id,
            api_hash,
            connection=BoundedTcp,
            use_ipv6=":" in (session.server_address or ""),
            timeout=_CONNECT_TIMEOUT,
            connection_retries=1,
            request_retries=2,
            retry_delay=0,  # the pause between tries is the owner's
            auto_reconnect=False,
            flood_sleep_threshold=0,
            raise_last_call_error=True,
            catch_up=True,
            device_model="Gavatcore",
        )

        self._given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def log_in(self, token: str) -> Identity:
        """Connect, log in if the session is new, and return the account's identity.

        Raises one of `faults`; the client cannot be used after that.
        """
        self._has_token = bool(token)
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT + _ANSWER_TIMEOUT):
                await self._connect()
                # Must happen before the first update is handled: a crash must not forget the
                # position.
                await self._client.remember_login()
                asked = time.monotonic()
                me = await self._client.get_me()
                self._tell_time(asked)
                if me is None and not token:  # imported only for a login
                    raise AccountRefusedError(_("Telegram ended this session: log in again."))
                if me is None:
                    me = await self._client.sign_in_anew(token)
                    await self._client.remember_login()
        except Exception as error:
            fault = self._fault(error)
            if fault is error:
                raise
            raise fault from error
        identity = Identity.of(me)
        self._observed.connected(reads_all=identity.reads_all_groups)
        self._client.identify(identity)
        return identity

    async def _connect(self) -> None:
        """Connect the transport; every failure counts as a network fault.

        Before a key exists, anybody on the network path may have sent the answer.
        """
        try:
            await self._client.connect()
        except Exception as error:
            raise translate_transport(error) from error

    async def server_pts(self, patience: float) -> int:
        """Ask Telegram for the account's newest pts; an answer proves that the connection works.

        Waits at most `patience` seconds; raises one of `faults`. Only pts may be compared: the qts
        of this answer can be outdated.
        """
        try:
            state = await self._ask(GetStateRequest(), patience)
        except Exception as error:
            fault = self._fault(error)
            if fault is error:
                raise
            raise fault from error
        return int(state.pts)

    @property
    def pts(self) -> int:
        """The pts up to which the account's updates have been read."""
        return int(self._client._message_box.account_pts)

    @property
    def behind(self) -> bool:
        """True while updates are being fetched or stored."""
        return bool(self._client.behind)

    async def catch_up(self) -> None:
        """Have the update loop fetch the updates that Telegram did not push."""
        await self._client.catch_up()

    async def closed(self) -> None:
        """Wait until the connection ends; raise one of `faults` unless `close` ended it."""
        ended = asyncio.ensure_future(self._client.disconnected)
        try:
            await asyncio.wait((ended, self._given_up), return_when=asyncio.FIRST_COMPLETED)
            if self._given_up.done():
                self._given_up.result()
            ended.result()
        except TelegramFaultError:
            raise
        except Exception as error:
            raise translate_transport(error) from error
        finally:
            ended.cancel()
        fatal = self._client._updates_error
        if fatal is not None:
            fault = self._fault(fatal)
            raise fault from (None if fault is fatal else fatal)

    def give_up(self, error: Exception) -> None:
        """Make `closed` raise `error`, because a request found the connection unusable."""
        if not self._given_up.done():
            self._given_up.set_exception(error)
            self._given_up.exception()  # nobody may be waiting

    def access_hash(self, chat: int) -> int:
        """Return the newest access hash of a chat, given its marked id; 0 if none is known."""
        known = self._client.session.acquaintance(chat)
        return known.access_hash if known else 0

    async def send_message(
        self,
        peer: Peer,
        text: str,
        *,
        reply_to: int | None,
        random_id: int,
        preview: bool = True,
    ) -> None:
        """Send `text` once; Telegram treats a repeated `random_id` as the same message.

        The forum topic comes from the peer, or from the message that is answered. Without
        `preview`, links get no preview.

        Raises one of `faults`; after ConnectionLostError it is unknown whether the message arrived.
        """
        request = _SendMessage(
            input_peer(peer),
            text,
            random_id=random_id,
            no_webpage=not preview,
            reply_to=_reply_to(reply_to, peer.topic or None),
        )
        self._observed.says(request.peer, text)
        try:
            await self._ask(request, _ANSWER_TIMEOUT)
        except Exception as error:
            fault = self._fault(error)
            if fault is error:
                raise
            raise fault from error

    def _fault(self, error: Exception) -> Exception:
        """Translate `error`; also drop a permanently void key if the account has a token."""
        if isinstance(error, _VOID_KEY) and self._has_token:
            self._client.session.auth_key = None
        return translate(error)

    async def ask(self, request: Any) -> Any:
        """Send any Telethon request and return its answer; raises one of `faults`."""
        try:
            return await self._ask(request, _ANSWER_TIMEOUT)
        except Exception as error:
            fault = translate(error)
            if fault is error:
                raise
            raise fault from error

    async def _ask(self, request: Any, patience: float) -> Any:
        """Send a request and wait at most `patience` seconds for its answer.

        Bypasses `TelegramClient.__call__`, which retries up to five times, e.g. after a duplicate.
        """
        answer = self._client._sender.send(request)
        asked = time.monotonic()
        async with asyncio.timeout(patience):
            result = await _answered(answer)
        self._tell_time(asked)
        return result

    def _tell_time(self, asked: float) -> None:
        """Report Telegram's time, which the newest message id holds; `asked` is when we asked."""
        newest = self._client._sender._state._highest_remote_id
        if newest:
            self._told(newest / (1 << 32), time.monotonic() - asked)

    async def close(self) -> None:
        """Disconnect within 2 s, whatever the network does."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_DISCONNECT_TIMEOUT):
                await self._client.disconnect()
        ended = self._client._sender._disconnected
        if ended.done() and not ended.cancelled():
            ended.exception()  # the request that failed has reported it; asyncio would log it again


def _reply_to(message: int | None, topic: int | None) -> Any:
    """Build the reply header: the message that is answered, or the forum topic.

    With both, Telegram keeps to the topic if the message was deleted at this moment. Source:
    https://core.telegram.org/constructor/inputReplyToMessage
    """
    if message is None:
        return None if topic is None else InputReplyToMessage(topic)
    return InputReplyToMessage(message, top_msg_id=None if topic == message else topic)


async def _answered(answer: asyncio.Future[Any]) -> Any:
    """Return `answer`; raise ConnectionError if Telethon dropped it on a closed connection."""
    try:
        return await answer
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ConnectionError from None

"""Logs one account in: a bot by its token, a person by phone, code and perhaps password."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from telethon import TelegramClient, password
from telethon.tl.functions.account import GetPasswordRequest
from telethon.tl.functions.auth import CheckPasswordRequest, LogOutRequest

from engine.accounts.vault import ApiCredentials
from engine.telegram.client.identity import Identity
from engine.telegram.client.key_exchange import mend_key_exchange
from engine.telegram.client.transport import BoundedTcp
from engine.telegram.faults import translate_transport
from engine.telegram.login.faults import login_error
from engine.telegram.server import DataCentre
from engine.telegram.sessions.session import AccountSession
from engine.telegram.updates.envelopes import mend_reading

_CONNECT_TIMEOUT = 10  # s, for the socket
_TIMEOUT = 30  # s, for any one step
_DISCONNECT_TIMEOUT = 2  # s


class LoginClient:
    """Performs the steps of a login and keeps the result in the given session.

    Every step raises LoginError. Updates are not read, so none is lost before the account runs.
    """

    def __init__(
        self, session: AccountSession, server: DataCentre | None, api: ApiCredentials
    ) -> None:
        mend_key_exchange()
        mend_reading()
        if server is not None:
            session.set_dc(server.dc, server.host, server.port)
        self._client: Any = TelegramClient(
            session,
            api.api_id,
            api.api_hash,
            connection=BoundedTcp,
            use_ipv6=":" in (session.server_address or ""),
            timeout=_CONNECT_TIMEOUT,
            connection_retries=1,
            request_retries=2,
            retry_delay=1,
            flood_sleep_threshold=0,
            raise_last_call_error=True,
            receive_updates=False,
            device_model="Gavatcore",
        )

    async def identity(self) -> Identity | None:
        """Connect and return the account's identity, or None if its session is not logged in."""
        async with _step():
            try:
                await self._client.connect()
            except Exception as error:
                raise translate_transport(error) from error
            me = await self._client.get_me()
        return None if me is None else Identity.of(me)

    async def log_in_bot(self, token: str) -> Identity:
        """Log in with the bot token, and return the identity; call after `identity`."""
        async with _step():
            return Identity.of(await self._client.sign_in(bot_token=token))

    async def send_code(self, phone: str) -> None:
        """Have a code sent to the person's Telegram, or by SMS; call after `identity`."""
        async with _step():
            await self._client.send_code_request(phone)

    async def submit_code(self, phone: str, code: str) -> Identity:
        """Log in with the code; raises PasswordNeededError or CodeWrongError (try again)."""
        async with _step():
            return Identity.of(await self._client.sign_in(phone, code))

    async def submit_password(self, text: str) -> Identity:
        """Log in with the password; raises PasswordWrongError (try again)."""
        async with _step():
            question = await self._client(GetPasswordRequest())
            # The arithmetic takes a tenth of a second, in a worker thread.
            proof = await asyncio.to_thread(password.compute_check, question, text)
            answer = await self._client(CheckPasswordRequest(proof))
            return Identity.of(await self._client._on_login(answer.user))

    async def log_out(self) -> None:
        """End the session at Telegram; call after `identity`."""
        async with _step():
            await self._client(LogOutRequest())

    async def close(self) -> None:
        """Disconnect within 2 s."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_DISCONNECT_TIMEOUT):
                await self._client.disconnect()


@contextlib.asynccontextmanager
async def _step() -> AsyncIterator[None]:
    """Bound one exchange with Telegram in time, and put its failure into words."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            yield
    except Exception as error:
        fault = login_error(error)
        if fault is error:
            raise
        raise fault from error

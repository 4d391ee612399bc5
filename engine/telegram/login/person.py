"""Walks a person through a login; nothing is kept before the last step succeeds."""

from collections.abc import Awaitable, Callable

from engine.accounts.account_record import AccountRecord
from engine.clock import Clock
from engine.telegram.client.identity import Identity
from engine.telegram.login.client import LoginClient
from engine.telegram.sessions.session import AccountSession

Keep = Callable[[Identity], Awaitable[AccountRecord]]


class PersonLogin:
    """Performs the steps in order: `begin`, `submit_code`, `submit_password` if needed."""

    def __init__(
        self,
        session: AccountSession,
        client: LoginClient,
        phone: str,
        keep: Keep,
        clock: Clock,
    ) -> None:
        self._session = session
        self._client = client
        self._phone = phone
        self._keep = keep
        self._clock = clock

    async def begin(self) -> AccountRecord | None:
        """Have a code sent; return the account at once if its session is logged in already."""
        identity = await self._client.identity()
        if identity is not None:
            return await self._finish(identity)
        await self._client.send_code(self._phone)
        return None

    async def submit_code(self, code: str) -> AccountRecord:
        """Log in with the code; raises PasswordNeededError or CodeWrongError (try again)."""
        return await self._finish(await self._client.submit_code(self._phone, code))

    async def submit_password(self, password: str) -> AccountRecord:
        """Log in with the password; raises PasswordWrongError (try again)."""
        return await self._finish(await self._client.submit_password(password))

    async def _finish(self, identity: Identity) -> AccountRecord:
        await self._session.flush(int(self._clock.now()))
        return await self._keep(identity)

"""Adds, logs in, imports, exports and removes accounts, for command line and desktop alike.

Each operation holds the lock of the account's session, so an account that runs elsewhere is left
alone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from engine.accounts.account_record import (
    AccountError,
    AccountKind,
    AccountRecord,
    check_phone,
    check_token,
)
from engine.accounts.vault import Vault
from engine.clock import Clock
from engine.errors import SettingsError
from engine.language import _
from engine.settings import Settings
from engine.telegram.client.identity import Identity
from engine.telegram.login.client import LoginClient
from engine.telegram.login.faults import LoginError
from engine.telegram.login.person import PersonLogin
from engine.telegram.server import server_from
from engine.telegram.sessions.aside import set_aside
from engine.telegram.sessions.file import SessionData, read_session, write_session
from engine.telegram.sessions.guard import load_checked
from engine.telegram.sessions.lock import SessionLock
from engine.telegram.sessions.session import AccountSession

_ALL = 1 << 62  # entities

Note = Callable[[str, str], Awaitable[None]]
Retire = Callable[[str], Awaitable[None]]


class Enrolment:
    """Changes the list of accounts; raises GavatcoreError, and OSError for files.

    A running engine follows within seconds.
    """

    def __init__(
        self, vault: Vault, settings: Settings, clock: Clock, note: Note, retire: Retire
    ) -> None:
        """Use `note` for the audit log, and `retire` to end a removed account's agreements."""
        self._vault = vault
        self._settings = settings
        self._clock = clock
        self._note = note
        self._retire = retire

    async def accounts(self) -> tuple[AccountRecord, ...]:
        """Return all accounts that were added by name, sorted by name."""
        return await asyncio.to_thread(self._vault.accounts.list)

    async def add_bot(self, name: str, token: str) -> AccountRecord:
        """Log the bot in, keep its token sealed, and return it; a wrong token leaves no trace."""
        accounts, at = self._vault.accounts, self._clock.now()
        record = AccountRecord(name, AccountKind.BOT, check_token(token))
        await asyncio.to_thread(accounts.require_new, record)
        identity = await self._log_in_bot(record, token)
        await asyncio.to_thread(accounts.add_bot, name, token, at=at)
        await self._note("add_account", name)
        return await self._identify(name, identity)

    async def renew_bot(self, name: str, token: str) -> AccountRecord:
        """Log a known bot in again, with a new token or its first one, and return it."""
        record = await asyncio.to_thread(self._vault.accounts.get, name)
        if record.number not in {None, check_token(token)}:
            raise AccountError(_("That token belongs to another bot."))
        identity = await self._log_in_bot(record, token)
        await asyncio.to_thread(self._vault.accounts.set_token, name, token)
        await self._note("renew_account", name)
        return await self._identify(name, identity)

    @contextlib.asynccontextmanager
    async def person(self, name: str, phone: str | None = None) -> AsyncIterator[PersonLogin]:
        """Open a login by phone; without `phone`, use the known number of this account.

        The account is kept only after the login has succeeded.
        """
        accounts = self._vault.accounts
        known = {record.name: record for record in await asyncio.to_thread(accounts.list)}
        record = known.get(name)
        if record is None:
            if phone is None:
                raise AccountError(_("There is no account called {name}.").format(name=name))
            await asyncio.to_thread(accounts.require_new, AccountRecord(name, AccountKind.USER))
        elif record.kind is not AccountKind.USER:
            raise AccountError(_("{name} is a bot: it logs in with a token.").format(name=name))
        number = phone or await asyncio.to_thread(accounts.credential, name)
        if number is None:
            raise AccountError(_("No phone number is known of {name}.").format(name=name))
        number = check_phone(number)

        async def keep(identity: Identity) -> AccountRecord:
            if record is None:
                at = self._clock.now()
                await asyncio.to_thread(accounts.add_user, name, number, at=at)
                await self._note("add_account", name)
            return await self._identify(name, identity)

        async with self._opened(name) as (session, client):
            yield PersonLogin(session, client, number, keep, self._clock)

    async def import_session(self, name: str, data: SessionData) -> AccountRecord:
        """Take over a plain session: seal its key and ask Telegram whose it is."""
        accounts = self._vault.accounts
        await asyncio.to_thread(accounts.require_new, AccountRecord(name, AccountKind.USER))
        path = self._path(name)
        await asyncio.to_thread(self._settings.sessions_directory.mkdir, 0o700, True, True)
        if path.exists():
            raise AccountError(
                _("There is a session called {name} already: choose another name.").format(
                    name=name
                )
            )
        at = self._clock.now()
        try:
            with SessionLock(path):
                await asyncio.to_thread(write_session, path, data, int(at), self._vault.seal)
            async with self._opened(name) as (session, client):
                identity = await client.identity()
                if identity is None:
                    raise LoginError(_("Telegram does not know this session any more."))
                await session.flush(int(at))
            kind = AccountKind.BOT if identity.is_bot else AccountKind.USER
            record = AccountRecord(name, kind, identity.number, identity.username, at)
            record = await asyncio.to_thread(accounts.add_imported, record)
        except BaseException:
            path.unlink(missing_ok=True)  # this is a copy; the plain session stays where it was
            raise
        await self._note("import_account", name)
        return record

    async def export_session(self, name: str) -> SessionData:
        """Return the account's plain login, which is a secret; the account must not be running."""
        path = self._path(name)
        if not path.exists():
            raise AccountError(_("{name} is not logged in.").format(name=name))
        with SessionLock(path):
            data = await asyncio.to_thread(read_session, path, _ALL, self._vault.seal)
        if not data.auth_key:
            raise AccountError(_("{name} is not logged in.").format(name=name))
        await self._note("export_account", name)
        return data

    async def remove(self, name: str, *, log_out: bool = False) -> Path | None:
        """Forget an account and its token; return the folder of its session if that was set aside.

        With `log_out`, Telegram is told first, and nothing is removed if that fails. The account's
        agreements with people end, or the next account of that name would inherit them.
        """
        await asyncio.to_thread(self._vault.accounts.get, name)
        path, folder = self._path(name), None
        if path.exists():
            if log_out:
                async with self._opened(name) as (_session, client):
                    if await client.identity() is not None:
                        await client.log_out()
            with SessionLock(path):
                await self._retire(name)
                folder = await asyncio.to_thread(set_aside, path, self._clock.now())
        else:
            await self._retire(name)
        await asyncio.to_thread(self._vault.accounts.remove, name)
        await self._note("remove_account", name)
        return folder

    async def _log_in_bot(self, record: AccountRecord, token: str) -> Identity:
        async with self._opened(record.name) as (session, client):
            identity = await client.identity() or await client.log_in_bot(token)
            if identity.number != check_token(token):
                raise AccountError(
                    _("The session {name} belongs to another account: choose another name.").format(
                        name=record.name
                    )
                )
            await session.flush(int(self._clock.now()))
        return identity

    async def _identify(self, name: str, identity: Identity) -> AccountRecord:
        return await asyncio.to_thread(
            self._vault.accounts.identify, name, identity.number, identity.username
        )

    @contextlib.asynccontextmanager
    async def _opened(self, name: str) -> AsyncIterator[tuple[AccountSession, LoginClient]]:
        """Check and lock the account's session; yield it and a client on it."""
        api = await asyncio.to_thread(self._vault.api, self._settings)
        if api is None:
            raise SettingsError(
                _(
                    "TELEGRAM_API_ID and TELEGRAM_API_HASH are missing: get your own at {site}."
                ).format(site="my.telegram.org")
            )
        path = self._path(name)
        await asyncio.to_thread(path.parent.mkdir, 0o700, True, True)
        server = await asyncio.to_thread(server_from, self._settings)
        with SessionLock(path):
            session = AccountSession(path, self._vault.seal)
            await asyncio.to_thread(load_checked, session, self._clock.now())
            client = LoginClient(session, server, api)
            try:
                yield session, client
            finally:
                await client.close()

    def _path(self, name: str) -> Path:
        return self._settings.sessions_directory / f"{name}.session"

"""Lists the bots that an engine runs: those added by name, then the tokens of BOT_TOKENS."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from engine.accounts.account_record import AccountError, AccountRecord
from engine.accounts.given_bots import given_bots
from engine.accounts.vault import Vault
from engine.bots.bot import BotSettings
from engine.errors import SettingsError
from engine.language import _
from engine.secrets.seal import SealBrokenError
from engine.settings import Settings
from engine.telegram.server import server_from

_log = logging.getLogger(__name__)


class _Login(NamedTuple):
    """A bot's name, its token ("": it was imported logged in), and why that cannot be used."""

    name: str
    token: str
    problem: str | None = None


def bots_from(settings: Settings, vault: Vault) -> tuple[BotSettings, ...]:
    """Return one bot for each account and token, and no bot twice.

    A token that cannot be read is its bot's problem alone. Blocking. Raises SettingsError if there
    is a bot but no api_id and api_hash, AccountError if the list of accounts cannot be read.
    """
    logins = tuple(_logins(settings, vault))
    if not logins:
        return ()
    api = vault.api(settings)
    if api is None:
        raise SettingsError(
            _("TELEGRAM_API_ID and TELEGRAM_API_HASH are missing: get your own at my.telegram.org.")
        )
    server = server_from(settings)
    return tuple(
        BotSettings(
            name=login.name,
            token=login.token,
            api_id=api.api_id,
            api_hash=api.api_hash,
            server=server,
            problem=login.problem,
        )
        for login in logins
    )


def own_numbers(settings: Settings, vault: Vault) -> frozenset[int]:
    """Return Telegram's ids of all accounts here, user accounts included. Blocking."""
    kept = [account.number for account in vault.accounts.list()]
    given = [bot.number for bot in given_bots(settings)]
    return frozenset(number for number in (*kept, *given) if number is not None)


def with_problems(
    bots: Iterable[BotSettings], problems: Mapping[str, str]
) -> tuple[BotSettings, ...]:
    """Return the bots; those named in `problems` are kept from starting, for that reason."""
    return tuple(
        replace(bot, problem=bot.problem or problems[bot.name]) if bot.name in problems else bot
        for bot in bots
    )


def _logins(settings: Settings, vault: Vault) -> Iterator[_Login]:
    """Yield all bots; an unnamed one is called by its number."""
    numbers: dict[int | None, str] = {}
    for account in vault.accounts.list():
        if account.kind.runs:
            numbers[account.number] = account.name
            yield _kept(account, vault)
    for bot in given_bots(settings):
        if bot.number is not None and bot.number in numbers:
            _log.warning("the bot %s of BOT_TOKENS is here as %s", bot.name, numbers[bot.number])
        else:
            yield _Login(bot.name, bot.token, bot.problem)


def _kept(account: AccountRecord, vault: Vault) -> _Login:
    """Return one account's login; if it cannot be read, only this bot is affected."""
    if account.problem is not None:
        return _Login(account.name, "", account.problem)
    try:
        return _Login(account.name, vault.accounts.credential(account.name) or "")
    except (AccountError, SealBrokenError) as error:
        problem = _("The token cannot be read: {reason}").format(reason=error)
        return _Login(account.name, "", problem)

"""Which bots an engine runs: those added by name, then the tokens of BOT_TOKENS."""

import logging
from collections.abc import Iterator

from engine.accounts.account_record import AccountKind
from engine.accounts.vault import Vault
from engine.bots.bot import BotSettings
from engine.errors import SettingsError
from engine.language import _
from engine.settings import Settings
from engine.telegram.server import server_from
from engine.telemetry.redaction import hide

_log = logging.getLogger(__name__)


def bots_from(settings: Settings, vault: Vault) -> tuple[BotSettings, ...]:
    """One bot for each account and token, no bot twice.

    Blocking. Raises SettingsError if there is a bot but no api_id and api_hash, AccountError or
    SealBrokenError if a kept token cannot be read.
    """
    tokens = dict(_tokens(settings, vault))
    if not tokens:
        return ()
    api = vault.api(settings)
    if api is None:
        raise SettingsError(
            _("TELEGRAM_API_ID and TELEGRAM_API_HASH are missing: get your own at my.telegram.org.")
        )
    server = server_from(settings)
    return tuple(
        BotSettings(name=name, token=token, api_id=api.api_id, api_hash=api.api_hash, server=server)
        for name, token in tokens.items()
    )


def own_numbers(settings: Settings, vault: Vault) -> frozenset[int]:
    """Telegram's numbers of all accounts here, people's included. Blocking."""
    tokens = (secret.get_secret_value() for secret in settings.bot_tokens)
    numbers = {int(token.partition(":")[0]) for token in tokens}
    kept = (account.number for account in vault.accounts.list())
    return frozenset(numbers | {number for number in kept if number is not None})


def _tokens(settings: Settings, vault: Vault) -> Iterator[tuple[str, str]]:
    """Names and tokens; an unnamed bot is called by its number."""
    numbers: dict[str, str] = {}
    for account in vault.accounts.list():
        if account.kind is AccountKind.BOT:
            numbers[str(account.number)] = account.name
            yield account.name, vault.accounts.credential(account.name) or ""
    for secret in settings.bot_tokens:
        token = secret.get_secret_value()
        hide(token)
        number = token.partition(":")[0]
        if number in numbers:
            _log.warning("the bot %s of BOT_TOKENS is here as %s", number, numbers[number])
        else:
            yield number, token

"""The bots of BOT_TOKENS, which have no record: each token is read for itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.accounts.account_record import AccountError, check_token
from engine.language import _
from engine.settings import Settings
from engine.telemetry.redaction import hide


@dataclass(frozen=True, slots=True)
class GivenBot:
    """One token; the bot is called by its number, or by the token's place if it has none."""

    name: str
    number: int | None
    token: str = field(repr=False)
    problem: str | None = None  # why the token cannot be used


def given_bots(settings: Settings) -> tuple[GivenBot, ...]:
    """Each bot once, also those whose token is no token."""
    found: dict[str, GivenBot] = {}
    for bot in _given(settings):
        found.setdefault(bot.name, bot)
    return tuple(found.values())


def _given(settings: Settings) -> Iterator[GivenBot]:
    for place, secret in enumerate(settings.bot_tokens, 1):
        token = secret.get_secret_value()
        hide(token)
        try:
            number = check_token(token)
        except AccountError as error:
            problem = _("Token {place} of BOT_TOKENS cannot be used. {reason}").format(
                place=place, reason=error
            )
            yield GivenBot(f"token-{place}", None, "", problem)
        else:
            yield GivenBot(str(number), number, token)

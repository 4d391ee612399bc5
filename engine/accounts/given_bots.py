"""Reads the bots of BOT_TOKENS, which have no record, each token separately."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.language import _
from engine.settings import Settings
from engine.telemetry.redaction import hide

_NUMBER = re.compile(r"[0-9]{1,16}")
_SECRET = 20  # minimum letters of a token behind its number


@dataclass(frozen=True, slots=True)
class GivenBot:
    """One token; its bot is named by its number, or by the token's position if it has none."""

    name: str
    number: int | None
    token: str = field(repr=False)
    problem: str | None = None  # why the token cannot be used


def given_bots(settings: Settings) -> tuple[GivenBot, ...]:
    """Return each bot once, including those with an invalid token."""
    found: dict[str, GivenBot] = {}
    for bot in _given(settings):
        found.setdefault(bot.name, bot)
    return tuple(found.values())


def _given(settings: Settings) -> Iterator[GivenBot]:
    for place, secret in enumerate(settings.bot_tokens, 1):
        token = secret.get_secret_value()
        hide(token)
        number, _colon, rest = token.partition(":")
        if _NUMBER.fullmatch(number) and len(rest) >= _SECRET:
            yield GivenBot(number, int(number), token)
        else:
            problem = _(
                "Token {place} of BOT_TOKENS is none: a token looks like 123456789:AbCd… as "
                "@BotFather gave it."
            )
            yield GivenBot(f"token-{place}", None, "", problem.format(place=place))

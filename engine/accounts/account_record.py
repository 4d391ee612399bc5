"""Describes one account; its secrets are kept apart from it."""

import enum
import re
from dataclasses import dataclass

from engine.errors import GavatcoreError
from engine.language import _

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # also a file's name, on every system
_TOKEN = re.compile(r"(\d{5,16}):[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"\+?\d{5,20}")


class AccountError(GavatcoreError):
    """An account cannot be added, found or used; `str()` says what to do."""


class AccountKind(enum.StrEnum):
    """The way an account logs in."""

    BOT = "bot"  # with a token
    USER = "user"  # with a phone, a code and perhaps a password

    @property
    def runs(self) -> bool:
        """True if the fleet runs such accounts; the others are only logged in."""
        return self is AccountKind.BOT


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """The facts about one account that anybody may see."""

    name: str  # our name for it, and its session file's
    kind: AccountKind
    number: int | None = None  # Telegram's id; None before a user's first login
    username: str | None = None
    added: float = 0.0  # seconds since the epoch
    problem: str | None = None  # why the record is damaged; the other fields are then unknown


def is_name(name: str) -> bool:
    """Return True if `name` may name an account, and so a file."""
    # A number is the name of a bot from BOT_TOKENS.
    return _NAME.fullmatch(name) is not None and not name.isdecimal()


def check_name(name: str) -> str:
    """Return `name` if it may name an account; raises AccountError."""
    if not is_name(name):
        raise AccountError(
            _("An account's name is of letters, digits, - and _, not of digits alone: support-bot")
        )
    return name


def check_token(token: str) -> int:
    """Return the bot's number in `token`; raises AccountError, whose text omits the token."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise AccountError(_("A token looks like 123456789:AbCd… as @BotFather gave it."))
    return int(found[1])


def check_phone(phone: str) -> str:
    """Return `phone` as digits with the country code; raises AccountError without the phone."""
    digits = re.sub(r"[\s().-]", "", phone)
    if not _PHONE.fullmatch(digits):
        raise AccountError(_("A phone number has its country code, as in +90 555 123 45 67."))
    return "+" + digits.removeprefix("+")

"""Describes login failures in words for the person who logs in."""

from telethon import errors

from engine.errors import GavatcoreError
from engine.language import _
from engine.telegram.faults import TelegramFaultError, translate


class LoginError(GavatcoreError):
    """Telegram did not accept the login; `str()` says what to do."""


class CodeWrongError(LoginError):
    """The code was wrong; it may be entered again."""


class PasswordWrongError(LoginError):
    """The password was wrong; it may be entered again."""


class PasswordNeededError(Exception):
    """The code was right, but the account also has a password."""


def login_error(error: Exception) -> Exception:
    """Return `error` in words for a person; an unexpected one is returned unchanged."""
    if isinstance(error, errors.SessionPasswordNeededError):
        return PasswordNeededError()
    if isinstance(error, errors.PhoneCodeInvalidError | errors.PhoneCodeEmptyError):
        return CodeWrongError(_("That code is wrong: enter the newest one that Telegram sent."))
    if isinstance(error, errors.PasswordHashInvalidError):
        return PasswordWrongError(_("That password is wrong."))
    sentence = _sentence(error)
    if sentence is None:
        ours = error if isinstance(error, TelegramFaultError) else translate(error)
        if isinstance(ours, TelegramFaultError):
            return LoginError(str(ours))
        return error
    return LoginError(sentence)


def _sentence(error: Exception) -> str | None:
    if isinstance(error, errors.PhoneCodeExpiredError):
        return _("That code has expired: begin again for a new one.")
    if isinstance(error, errors.PhoneNumberInvalidError | errors.PhoneNumberUnoccupiedError):
        return _("Telegram has no account with that phone number.")
    if isinstance(error, errors.PhoneNumberBannedError):
        return _("Telegram banned that phone number.")
    if isinstance(error, errors.PhoneNumberFloodError | errors.PhonePasswordFloodError):
        return _("Telegram has seen too many tries: wait a day.")
    return None

"""What can go wrong with an account, sorted by what helps."""

import re
from collections.abc import Callable
from typing import Any

from telethon import errors

from engine.errors import GavatcoreError
from engine.language import _, spoken

_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")


class TelegramFaultError(GavatcoreError):
    """Base of all that is expected to go wrong between an account and Telegram."""


class AccountRefusedError(TelegramFaultError):
    """Telegram will not have this account until a person acts; `str()` says what to do."""


class SessionDuplicatedError(AccountRefusedError):
    """The session was used in two places at once, so Telegram made it void."""


class ConnectionLostError(TelegramFaultError):
    """The connection failed or nobody answered; connecting again may help."""


class DeafError(ConnectionLostError):
    """Requests are answered, but Telegram sends no updates: connecting again may help."""


class FloodWaitError(TelegramFaultError):
    """Telegram asks to wait `seconds` before this is asked again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Telegram asks to wait {seconds} s.").format(seconds=seconds))
        self.seconds = seconds


class SlowModeError(FloodWaitError):
    """The wait is for one chat alone: its administrators slowed it down."""


class AlreadyDeliveredError(TelegramFaultError):
    """A message with this random_id had arrived before."""


class UndeliverableError(TelegramFaultError):
    """Telegram refuses this message in this chat, and would again."""


class NoRightsError(UndeliverableError):
    """The account may not write in this chat."""


class ChatGoneError(UndeliverableError):
    """There is nobody to take it: the chat is gone or has moved, or the person wants none."""


class TelegramTroubleError(TelegramFaultError):
    """Telegram reports trouble of its own; trying again later may help."""


def _code(error: errors.RPCError) -> str:
    """The name Telegram gives the error; only its number if that is no mere name."""
    named = _CODE.fullmatch(error.message or "")
    return f"{error.message}" if named else f"{type(error).__name__} {error.code}"


def _answer(error: errors.RPCError) -> str:
    return _("Telegram answered {error}.").format(error=_code(error))


_REFUSALS: dict[type[Exception], str] = {
    errors.AccessTokenExpiredError: spoken("The token was revoked: ask @BotFather for a new one."),
    errors.AccessTokenInvalidError: spoken("The token is wrong: copy it again from @BotFather."),
    errors.AuthKeyUnregisteredError: spoken("Telegram ended this session: log in again."),
    errors.AuthKeyInvalidError: spoken("Telegram does not know this session: log in again."),
    errors.AuthKeyNotFound: spoken("Telegram does not know this session: log in again."),
    errors.SessionRevokedError: spoken("The session was ended from another device: log in again."),
    errors.SessionExpiredError: spoken("The session has expired: log in again."),
    errors.UserDeactivatedError: spoken("Telegram deleted this account."),
    errors.UserDeactivatedBanError: spoken("Telegram banned this account."),
    errors.ApiIdInvalidError: spoken(
        "TELEGRAM_API_ID and TELEGRAM_API_HASH do not belong together."
    ),
    errors.ApiIdPublishedFloodError: spoken(
        "This api_id was published and is blocked: use your own."
    ),
}
_DUPLICATED = spoken("The session was used in two places and is void: end the other program.")
_NO_RIGHTS = (
    errors.ChatWriteForbiddenError,
    errors.ChatAdminRequiredError,
    errors.ChatRestrictedError,
    errors.ChatSendPlainForbiddenError,
    errors.ChannelPrivateError,
    errors.UserBannedInChannelError,
    errors.ChatForbiddenError,
    errors.UserNotParticipantError,
)
_GONE = (
    errors.ChannelInvalidError,
    errors.ChatIdInvalidError,
    errors.InputUserDeactivatedError,
    errors.PeerIdInvalidError,
    errors.UserIsBlockedError,
)
_NETWORK = (OSError, EOFError, errors.InvalidBufferError, errors.SecurityError)
_TRANSLATIONS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Exception]], ...] = (
    ((errors.AuthKeyDuplicatedError,), lambda _error: SessionDuplicatedError(_(_DUPLICATED))),
    (tuple(_REFUSALS), lambda error: AccountRefusedError(_(_REFUSALS[type(error)]))),
    ((errors.RandomIdDuplicateError,), lambda _error: AlreadyDeliveredError()),
    ((errors.SlowModeWaitError,), lambda error: SlowModeError(max(1, error.seconds))),
    (
        (errors.FloodWaitError, errors.FloodPremiumWaitError),
        lambda error: FloodWaitError(max(1, error.seconds)),
    ),
    (
        (errors.ServerError, errors.TimedOutError, errors.RpcCallFailError),
        lambda error: TelegramTroubleError(
            _("Telegram is in trouble: {error}.").format(error=_code(error))
        ),
    ),
    (_NO_RIGHTS, lambda error: NoRightsError(_answer(error))),
    (_GONE, lambda error: ChatGoneError(_answer(error))),
    ((errors.RPCError,), lambda error: UndeliverableError(_answer(error))),
    ((TimeoutError,), lambda _error: ConnectionLostError(_("Telegram does not answer."))),
    (_NETWORK, lambda _error: ConnectionLostError(_("The connection to Telegram failed."))),
)


def translate(error: Exception) -> Exception:
    """Telethon's error as one of the above; an error that is none of these is returned as it is."""
    for kinds, ours in _TRANSLATIONS:
        if isinstance(error, kinds):
            return ours(error)
    return error

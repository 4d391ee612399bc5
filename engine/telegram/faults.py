"""What can go wrong with an account, sorted by what helps."""

from collections.abc import Callable
from typing import Any

from telethon import errors


class TelegramFaultError(Exception):
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
        super().__init__(f"Telegram asks to wait {seconds} s.")
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


_REFUSALS: dict[type[Exception], str] = {
    errors.AccessTokenExpiredError: "The token was revoked: ask @BotFather for a new one.",
    errors.AccessTokenInvalidError: "The token is wrong: copy it again from @BotFather.",
    errors.AuthKeyUnregisteredError: "Telegram ended this session: log in again.",
    errors.AuthKeyInvalidError: "Telegram does not know this session: log in again.",
    errors.AuthKeyNotFound: "Telegram does not know this session: log in again.",
    errors.SessionRevokedError: "The session was ended from another device: log in again.",
    errors.SessionExpiredError: "The session has expired: log in again.",
    errors.UserDeactivatedError: "Telegram deleted this account.",
    errors.UserDeactivatedBanError: "Telegram banned this account.",
    errors.ApiIdInvalidError: "TELEGRAM_API_ID and TELEGRAM_API_HASH do not belong together.",
    errors.ApiIdPublishedFloodError: "This api_id was published and is blocked: use your own.",
}
_DUPLICATED = "The session was used in two places and is void: end the other program."
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
    ((errors.AuthKeyDuplicatedError,), lambda _: SessionDuplicatedError(_DUPLICATED)),
    (tuple(_REFUSALS), lambda error: AccountRefusedError(_REFUSALS[type(error)])),
    ((errors.RandomIdDuplicateError,), lambda _: AlreadyDeliveredError()),
    ((errors.SlowModeWaitError,), lambda error: SlowModeError(max(1, error.seconds))),
    (
        (errors.FloodWaitError, errors.FloodPremiumWaitError),
        lambda error: FloodWaitError(max(1, error.seconds)),
    ),
    (
        (errors.ServerError, errors.TimedOutError, errors.RpcCallFailError),
        lambda error: TelegramTroubleError(f"Telegram is in trouble: {error.message}."),
    ),
    (_NO_RIGHTS, lambda error: NoRightsError(f"Telegram answered {error.message}.")),
    (_GONE, lambda error: ChatGoneError(f"Telegram answered {error.message}.")),
    ((errors.RPCError,), lambda error: UndeliverableError(f"Telegram answered {error.message}.")),
    ((TimeoutError,), lambda _: ConnectionLostError("Telegram does not answer.")),
    (_NETWORK, lambda _: ConnectionLostError("The connection to Telegram failed.")),
)


def translate(error: Exception) -> Exception:
    """Telethon's error as one of the above; an error that is none of these is returned as it is."""
    for kinds, ours in _TRANSLATIONS:
        if isinstance(error, kinds):
            return ours(error)
    return error

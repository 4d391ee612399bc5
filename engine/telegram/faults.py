"""What can go wrong with an account, sorted by what helps."""

from collections.abc import Callable
from typing import Any

from telethon import errors

from engine.errors import GavatcoreError
from engine.language import _, spoken
from engine.telegram.refusals import Verdict, name_of, verdict_on


class TelegramFaultError(GavatcoreError):
    """Base of all that is expected to go wrong between an account and Telegram."""


class AccountRefusedError(TelegramFaultError):
    """Telegram will not have this account until a person acts; `str()` says what to do."""


class SetupError(AccountRefusedError):
    """Not Telegram, but what is kept of the account here does not let it log in."""


class SessionDuplicatedError(AccountRefusedError):
    """The session was used in two places at once, so Telegram made it void."""


class ConnectionLostError(TelegramFaultError):
    """The connection failed or nobody answered; connecting again may help."""


class UnknownKeyError(ConnectionLostError):
    """Telegram, or whoever answers in its place, says that it does not know the key."""


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
    """Telegram refuses this message in this chat, and would again in this form."""

    def __init__(self, sentence: str = "", verdict: Verdict = Verdict.FINAL) -> None:
        super().__init__(sentence)
        self.verdict = verdict


class NoRightsError(UndeliverableError):
    """The account may not write in this chat."""


class ChatGoneError(UndeliverableError):
    """There is nobody to take it: the chat is gone or has moved, or the person wants none."""


class TelegramTroubleError(TelegramFaultError):
    """Telegram reports trouble of its own; trying again later may help."""


class UnreadableAnswerError(TelegramTroubleError):
    """Telegram answered a request with an object of a newer layer."""


_REFUSALS: dict[type[Exception], str] = {
    errors.AccessTokenExpiredError: spoken("The token was revoked: ask @BotFather for a new one."),
    errors.AccessTokenInvalidError: spoken("The token is wrong: copy it again from @BotFather."),
    errors.AuthKeyUnregisteredError: spoken("Telegram ended this session: log in again."),
    errors.AuthKeyInvalidError: spoken("Telegram does not know this session: log in again."),
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
# None of these is authenticated: they prove nothing about the account.
_NETWORK = (
    OSError,
    EOFError,
    errors.InvalidBufferError,
    errors.InvalidChecksumError,
    errors.SecurityError,
)
_LOST = spoken("The connection to Telegram failed.")
_UNKNOWN_KEY = spoken(
    "Telegram, or a device on the way to it, says that it does not know this login. "
    "It is tried again; if that goes on for hours, log in again."
)
_LIMITED = 1800  # s that an account which Telegram holds back is left alone


def _refusal(error: errors.RPCError) -> Exception:
    """What a request was refused for; `refusals` has the table."""
    verdict = verdict_on(error)
    if verdict is Verdict.LIMITED:
        return FloodWaitError(_LIMITED)
    if verdict is Verdict.TROUBLE:
        return TelegramTroubleError(
            _("Telegram is in trouble: {error}.").format(error=name_of(error))
        )
    said = _("Telegram answered {error}.").format(error=name_of(error))
    if verdict in _ACCOUNT:
        return _ACCOUNT[verdict](said)
    return _MESSAGE.get(verdict, UndeliverableError)(said, verdict)


_ACCOUNT: dict[Verdict, type[TelegramFaultError]] = {
    Verdict.REFUSED: AccountRefusedError,
    Verdict.RECONNECT: ConnectionLostError,
}
_MESSAGE: dict[Verdict, type[UndeliverableError]] = {
    Verdict.NO_RIGHTS: NoRightsError,
    Verdict.GONE: ChatGoneError,
    Verdict.OTHER_PEER: ChatGoneError,
}
_TRANSLATIONS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Exception]], ...] = (
    ((errors.AuthKeyDuplicatedError,), lambda _error: SessionDuplicatedError(_(_DUPLICATED))),
    (tuple(_REFUSALS), lambda error: AccountRefusedError(_(_REFUSALS[type(error)]))),
    ((errors.RandomIdDuplicateError,), lambda _error: AlreadyDeliveredError()),
    ((errors.SlowModeWaitError,), lambda error: SlowModeError(max(1, error.seconds))),
    (
        (errors.FloodWaitError, errors.FloodPremiumWaitError),
        lambda error: FloodWaitError(max(1, error.seconds)),
    ),
    ((errors.RPCError,), _refusal),
    (
        (errors.BadMessageError,),  # nothing was done; told again, it is numbered anew
        lambda error: TelegramTroubleError(
            _("Telegram is in trouble: {error}.").format(error=f"bad_msg_notification {error.code}")
        ),
    ),
    ((TimeoutError,), lambda _error: ConnectionLostError(_("Telegram does not answer."))),
    ((errors.AuthKeyNotFound,), lambda _error: UnknownKeyError(_(_UNKNOWN_KEY))),
    (_NETWORK, lambda _error: ConnectionLostError(_(_LOST))),
    (
        (errors.TypeNotFoundError,),
        lambda _error: UnreadableAnswerError(
            _("Telegram answered with something that this version does not know.")
        ),
    ),
)


def translate(error: Exception) -> Exception:
    """Telethon's error as one of the above; an error that is none of these is returned as it is.

    That one is not to be raised from itself: it would be among its own causes.
    """
    for kinds, ours in _TRANSLATIONS:
        if isinstance(error, kinds):
            return ours(error)
    return error


def translate_transport(error: Exception) -> Exception:
    """As `translate`, for what a connection ended with; any other error is of the network too.

    Telethon's readers fail in many ways on bytes that anybody may have sent.
    """
    ours = translate(error)
    return ConnectionLostError(_(_LOST)) if ours is error else ours

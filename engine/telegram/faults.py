"""Defines the faults between an account and Telegram, sorted by what helps."""

from collections.abc import Callable
from typing import Any

from telethon import errors

from engine.errors import GavatcoreError
from engine.language import _, spoken
from engine.telegram.refusals import Verdict, name_of, verdict_on


class TelegramFaultError(GavatcoreError):
    """Base class of all expected faults between an account and Telegram."""


class AccountRefusedError(TelegramFaultError):
    """Telegram rejects this account until a person acts; `str()` says what to do."""


class SetupError(AccountRefusedError):
    """The account's local data does not allow a login; Telegram was not at fault."""


class SessionDuplicatedError(AccountRefusedError):
    """The session was used in two places at once, so Telegram voided it."""


class ConnectionLostError(TelegramFaultError):
    """The connection failed or nothing answered; connecting again may help."""


class UnknownKeyError(ConnectionLostError):
    """The server, or an impostor, says that it does not know the key."""


class DeafError(ConnectionLostError):
    """Requests are answered, but Telegram pushes no updates; connecting again may help."""


class FloodWaitError(TelegramFaultError):
    """Telegram demands a wait of `seconds` before the request is repeated."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Telegram asks to wait {seconds} s.").format(seconds=seconds))
        self.seconds = seconds


class SlowModeError(FloodWaitError):
    """The wait concerns one chat only, because its administrators enabled slow mode."""


class AlreadyDeliveredError(TelegramFaultError):
    """A message with this random_id has already been delivered."""


class UndeliverableError(TelegramFaultError):
    """Telegram refuses this message in this chat, and would refuse the same form again."""

    def __init__(self, sentence: str = "", verdict: Verdict = Verdict.FINAL) -> None:
        super().__init__(sentence)
        self.verdict = verdict


class NoRightsError(UndeliverableError):
    """The account may not write in this chat."""


class ChatGoneError(UndeliverableError):
    """No recipient exists: the chat is gone or moved, or the person blocked the account."""


class TelegramTroubleError(TelegramFaultError):
    """Telegram reports an error on its side; trying later may help."""


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
# None of these is authenticated, so they prove nothing about the account.
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
_LIMITED = 1800  # s for which an account that Telegram restricts is left alone


def _refusal(error: errors.RPCError) -> Exception:
    """Return the fault for a refused request, by the table in `refusals`."""
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
        (errors.BadMessageError,),  # nothing was executed; a repeated request gets a new number
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
    """Return Telethon's `error` as one of the above, or unchanged if none fits.

    Do not raise an unchanged error from itself: it would become its own cause.
    """
    for kinds, ours in _TRANSLATIONS:
        if isinstance(error, kinds):
            return ours(error)
    return error


def translate_transport(error: Exception) -> Exception:
    """Translate an error that ended a connection; an unknown one counts as a network fault.

    Telethon's readers fail in many ways on bytes that anybody may have sent.
    """
    ours = translate(error)
    return ConnectionLostError(_(_LOST)) if ours is error else ours

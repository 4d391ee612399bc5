"""Interprets providers' refusals and error objects, without keeping their words.

They may repeat a key or a prompt, so nothing of them is kept or shown.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.retry_after import retry_after

MOST_BYTES = 64 << 10  # bytes of a refusal that are read

_STATUSES = {
    401: Failure.KEY_REFUSED,
    402: Failure.OUT_OF_CREDIT,
    403: Failure.KEY_REFUSED,
    404: Failure.UNKNOWN_MODEL,
    405: Failure.UNKNOWN_MODEL,
    407: Failure.PROXY,
    408: Failure.SERVER_ERROR,
    409: Failure.SERVER_ERROR,
    410: Failure.UNKNOWN_MODEL,
    425: Failure.SERVER_ERROR,
    429: Failure.RATE_LIMITED,
}
_NAMED = {  # used by servers with one status for everything, such as 400
    Failure.KEY_REFUSED: frozenset(
        (
            *("api_key_invalid", "api_key_expired", "invalid_api_key", "expired_api_key"),
            *("invalid_authentication", "authentication_error"),
            "unsupported_country_region_territory",
        )
    ),
    Failure.UNKNOWN_MODEL: frozenset(
        (
            *("model_not_found", "model_decommissioned", "model_not_available", "invalid_model"),
            *("model_not_supported", "deploymentnotfound"),
        )
    ),
}
_NO_CREDIT = ("insufficient_quota", "insufficient_balance", "insufficient_credit", "billing")


class HttpRefusal(msgspec.Struct, frozen=True):
    """An HTTP response that is no answer."""

    status: int
    retry_after: str | None
    body: str

    @property
    def told(self) -> tuple[str, str]:
        """The body in lower case, and the parameter it names, if any."""
        error = _error_in(self.body)
        named = error.get("param") if isinstance(error, dict) else None
        return self.body.casefold(), named if isinstance(named, str) else ""

    def in_our_terms(self, now: float) -> ProviderError:
        """Return it as a ProviderError; `now`, since 1970, is for a Retry-After with a date."""
        failure = failure_of_status(self.status)
        error = _error_in(self.body)
        if failure is Failure.RATE_LIMITED and _names_credit(error):
            failure = Failure.OUT_OF_CREDIT
        elif failure is Failure.REQUEST_REFUSED:
            failure = _named(error) or failure
        waits = retry_after(self.retry_after, now)
        return ProviderError(failure, status=self.status, retry_after=waits, is_charged=False)


def failure_of_status(status: int) -> Failure:
    """Return the failure that an unsuccessful HTTP status means."""
    if status < 400:
        return Failure.REDIRECTED
    otherwise = Failure.REQUEST_REFUSED if status < 500 else Failure.SERVER_ERROR
    return _STATUSES.get(status, otherwise)


def told_failure(error: Any) -> Failure:
    """Return the failure in an error object within an answer; a server error if it does not say."""
    if _names_credit(error):
        return Failure.OUT_OF_CREDIT
    code = error.get("code", error.get("status")) if isinstance(error, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    if isinstance(code, int) and 400 <= code < 600:
        return failure_of_status(code)
    return Failure.RATE_LIMITED if code == "rate_limit_exceeded" else Failure.SERVER_ERROR


def told_failure_in(data: str) -> Failure:
    """Return the failure in the data of an error event."""
    return told_failure(_error_in(data))


def _error_in(body: str) -> Any:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if isinstance(told, list) and told:  # Gemini
        told = told[0]
    return told.get("error", told) if isinstance(told, dict) else None


def _names_credit(error: Any) -> bool:
    return any(word in name for name in _names(error) for word in _NO_CREDIT)


def _named(error: Any) -> Failure | None:
    """Return the failure by the error's names, which servers choose, not by its sentences."""
    names = set(_names(error))
    return next((failure for failure, known in _NAMED.items() if names & known), None)


def _names(error: Any) -> Iterator[str]:
    if not isinstance(error, dict):
        return
    for name in ("code", "type", "reason"):
        yield str(error.get(name, "")).casefold()[:100]
    details = error.get("details")  # Gemini's
    for detail in details[:10] if isinstance(details, list) else ():
        if isinstance(detail, dict):
            yield str(detail.get("reason", "")).casefold()[:100]

"""What the openai SDK raises, in our own terms and without its words: they may repeat a key."""

from collections.abc import Callable

import openai

from engine.replies.providers.failure import Failure, GateClosedError, ProviderError
from engine.replies.providers.retry_after import retry_after

_STATUSES = {
    401: Failure.KEY_REFUSED,
    403: Failure.KEY_REFUSED,
    404: Failure.UNKNOWN_MODEL,
    408: Failure.SERVER_ERROR,
    409: Failure.SERVER_ERROR,
    429: Failure.RATE_LIMITED,
}
_LIBRARIES = {"httpx", "httpx2"}
_NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}  # of the HTTP library


class ResponseTooLongError(Exception):
    """A response went on beyond every bound."""


def in_our_terms(error: Exception, now: float) -> Exception:
    """A ProviderError or GateClosedError; `error` itself if it is nothing a provider can cause.

    `now` in seconds since 1970, for a Retry-After that names a date.
    """
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _refused(error, now)
    causes = _causes(error)
    for kind, ours in _KNOWN.items():
        if any(isinstance(cause, kind) for cause in causes):
            return ours()
    if any(_is_of_the_connection(cause) for cause in causes):
        was_sent = not any(type(cause).__name__ in _NEVER_SENT for cause in causes)
        return ProviderError(Failure.CONNECTION, is_charged=was_sent)
    return error


_KNOWN: dict[type[Exception], Callable[[], Exception]] = {
    GateClosedError: GateClosedError,
    ResponseTooLongError: lambda: ProviderError(Failure.ENDLESS),
    openai.APITimeoutError: lambda: ProviderError(Failure.NO_FIRST_TOKEN),
}


def _is_of_the_connection(error: BaseException) -> bool:
    """The HTTP library is known by its name, which differs among versions of the SDK."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, openai.APIConnectionError | OSError) or library in _LIBRARIES


def _refused(error: openai.APIStatusError, now: float) -> ProviderError:
    status = error.status_code
    failure = Failure.REQUEST_REFUSED if status < 500 else Failure.SERVER_ERROR
    failure = _STATUSES.get(status, failure)
    if failure is Failure.RATE_LIMITED and error.code == "insufficient_quota":
        failure = Failure.OUT_OF_CREDIT
    waits = retry_after(error.response.headers.get("retry-after"), now)
    return ProviderError(failure, status=status, retry_after=waits, is_charged=False)


def _causes(error: BaseException | None) -> list[BaseException]:
    chain = []
    while error is not None:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain

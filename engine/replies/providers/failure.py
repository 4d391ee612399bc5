"""The ways in which a provider fails a call, and what each means for the next."""

import enum

from engine.errors import GavatcoreError


class Failure(enum.StrEnum):
    """What went wrong with one call."""

    CONNECTION = "connection"  # refused, reset or cut
    NO_FIRST_TOKEN = "no_first_token"  # noqa: S105 - a word of an answer
    SILENCE = "silence"  # between two tokens
    TOO_SLOW = "too_slow"  # the answer as a whole
    RATE_LIMITED = "rate_limited"
    OUT_OF_CREDIT = "out_of_credit"
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    UNKNOWN_MODEL = "unknown_model"
    REQUEST_REFUSED = "request_refused"
    FILTERED = "filtered"  # by the provider's own rules on content
    SERVER_ERROR = "server_error"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    INVALID_JSON = "invalid_json"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    CUT_SHORT = "cut_short"  # by a limit of length, before one whole sentence
    ENDLESS = "endless"
    REDIRECTED = "redirected"  # to another address, which is not followed
    PROXY = "proxy"  # the one named in the environment cannot be used
    CERTIFICATE = "certificate"  # the server's, or the ones it is checked by


OF_THE_REQUEST = frozenset({Failure.REQUEST_REFUSED, Failure.FILTERED})
"""Another provider may take it; this one is as good as before."""

OF_THE_CONFIGURATION = frozenset(
    {
        Failure.NO_KEY,
        Failure.OUT_OF_CREDIT,
        Failure.KEY_REFUSED,
        Failure.UNKNOWN_MODEL,
        Failure.REDIRECTED,
        Failure.PROXY,
        Failure.CERTIFICATE,
    }
)
"""Nothing but a person's help changes it, so the provider is cut off at once."""

OF_LOAD = frozenset(
    {
        Failure.NO_FIRST_TOKEN,
        Failure.SILENCE,
        Failure.TOO_SLOW,
        Failure.RATE_LIMITED,
        Failure.SERVER_ERROR,
    }
)
"""Fewer calls at once may help."""

TIMEOUTS = frozenset({Failure.NO_FIRST_TOKEN, Failure.SILENCE, Failure.TOO_SLOW})


class ProviderError(GavatcoreError):
    """A provider failed a call. Holds nothing the provider said: it may repeat keys and prompts."""

    def __init__(
        self,
        failure: Failure,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        is_charged: bool = True,
    ) -> None:
        """`retry_after` in seconds; `is_charged` if the provider may have read the prompt."""
        super().__init__(failure.value if status is None else f"{failure.value} ({status})")
        self.failure = failure
        self.retry_after = retry_after
        self.is_charged = is_charged


class GateClosedError(Exception):
    """No call may leave now."""

"""Classifies providers' failures, and what each means for the next call."""

import enum

from engine.errors import GavatcoreError


class Failure(enum.StrEnum):
    """The way in which one call failed."""

    CONNECTION = "connection"  # refused, reset or cut
    NO_FIRST_TOKEN = "no_first_token"  # noqa: S105 - a word of an answer
    SILENCE = "silence"  # between two tokens
    TOO_SLOW = "too_slow"  # of the whole answer
    RATE_LIMITED = "rate_limited"
    OUT_OF_CREDIT = "out_of_credit"
    NO_KEY = "no_key"
    KEY_REFUSED = "key_refused"
    UNKNOWN_MODEL = "unknown_model"
    REQUEST_REFUSED = "request_refused"
    FILTERED = "filtered"  # by the provider's content rules
    SERVER_ERROR = "server_error"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    INVALID_JSON = "invalid_json"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    CUT_SHORT = "cut_short"  # by a length limit, before one whole sentence
    ENDLESS = "endless"
    REDIRECTED = "redirected"  # to another address, which is not followed
    PROXY = "proxy"  # the one named in the environment cannot be used
    CERTIFICATE = "certificate"  # the server's, or the ones it is checked against


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
    """A provider failed a call; holds none of its words, which may repeat keys and prompts."""

    def __init__(
        self,
        failure: Failure,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        is_charged: bool = True,
    ) -> None:
        """Note `retry_after` in seconds; `is_charged` if the provider may have read the prompt."""
        super().__init__(failure.value if status is None else f"{failure.value} ({status})")
        self.failure = failure
        self.retry_after = retry_after
        self.is_charged = is_charged


class GateClosedError(Exception):
    """Raised when no call may leave now."""

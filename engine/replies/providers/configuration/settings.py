"""Defines the configuration of one provider."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from engine.errors import SettingsError
from engine.files.validation import find_problems
from engine.language import _
from engine.replies.providers.configuration.base_url import wrong_address
from engine.replies.providers.configuration.known import ProviderKind

_PRICES = ("prompt_price", "completion_price")


_MOST = 1_000_000_000  # maximum of any count

Text = Annotated[str, Meta(min_length=1, max_length=300)]
Name = Annotated[str, Meta(min_length=1, pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Patience = Annotated[float, Meta(gt=0, le=30)]
Pause = Annotated[float, Meta(ge=0, le=600)]
Price = Annotated[float, Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, Meta(ge=0, le=_MOST)]


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of one provider; times are in seconds.

    The default pauses are cautious. They belong to the account, which is the base URL and the
    organisation; of several settings for one account the strictest apply. Create one with
    `provider_from`, which checks it.
    """

    name: Name
    kind: ProviderKind
    model: Text
    base_url: Text
    allow_plain_http: bool = False  # to a host name in one's own network
    organisation: Text | None = None

    order: Annotated[int, Meta(ge=1, le=_MOST)] = 1  # the lowest that is free is used first
    weight: Annotated[int, Meta(ge=1, le=1000)] = 1  # its share among providers of equal order

    first_token_timeout: Patience = 8.0
    silence_timeout: Patience = 5.0  # between two tokens
    total_timeout: Patience = 20.0

    prompt_price: Price = 0.0  # per million tokens
    completion_price: Price = 0.0

    min_interval: Pause = 5.0  # between the starts of two calls
    requests_per_minute: Limit = 0  # 0: no limit
    tokens_per_minute: Limit = 0
    retries: Annotated[int, Meta(ge=0, le=10)] = 2  # for one message, with this provider
    retry_delay: Pause = 10.0  # doubled with every consecutive failure

    calls_at_once: Annotated[int, Meta(ge=1, le=100)] = 8  # maximum; fewer while it is overloaded
    stream_usage: bool = True  # True if it can report token counts in a stream

    @classmethod
    def mistakes(cls, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield field and mistake beyond types and bounds, without any text of the table."""
        is_plain_allowed = table.get("allow_plain_http") is True
        if wrong := wrong_address(table["base_url"], allow_plain_http=is_plain_allowed):
            yield "base_url", wrong
        if _is_unpriced(table):
            yield (
                "model",
                _(
                    "is one whose price is not known here: give prompt_price and "
                    "completion_price, in US dollars per million tokens"
                ),
            )

    @property
    def account(self) -> str:
        """The account by which the provider counts calls, whatever key they use."""
        return f"{self.base_url} {self.organisation or ''}".strip()

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the price of a call, in the currency of the prices."""
        return (
            prompt_tokens * self.prompt_price + completion_tokens * self.completion_price
        ) / 1_000_000


def filled_in(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return `table` with the defaults of its kind of provider filled in."""
    known = _known(table)
    if table.get("model", known.get("model")) != known.get("model"):
        known = {name: value for name, value in known.items() if name not in _PRICES}
    filled = {**known, **table}
    if isinstance(address := filled.get("base_url"), str):
        filled["base_url"] = address.rstrip("/")
    return filled


def provider_from(table: Mapping[str, Any]) -> ProviderSettings:
    """Build the provider from a table; raises SettingsError with a sentence for each mistake."""
    filled = filled_in(table)
    problems = list(find_problems(filled, ProviderSettings, secret=True))
    if problems:
        raise SettingsError(
            " ".join(
                _("The provider's {field} {what}.").format(field=one.field, what=one.what)
                for one in problems
            )
        )
    return msgspec.convert(filled, ProviderSettings)


def default_provider(kind: ProviderKind) -> ProviderSettings:
    """Return a well-known provider with default settings."""
    return provider_from({"name": kind.value, "kind": kind.value})


def _known(table: Mapping[str, Any]) -> dict[str, Any]:
    kind = table.get("kind")
    known = ProviderKind(kind).known if kind in list(ProviderKind) else None
    return known.table() if known else {}


def _is_unpriced(table: Mapping[str, Any]) -> bool:
    """Return True for a model without known prices, for which no budget could be kept."""
    known = _known(table)
    if not known or table["model"] == known["model"]:
        return False
    return any(price not in table for price in _PRICES)

"""What one provider is configured with."""

import enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.language import _
from engine.replies.providers.base_url import wrong_address


class ProviderKind(enum.StrEnum):
    """Whose interface it is: they differ in small ways."""

    OPENAI = "openai"
    GROQ = "groq"
    GEMINI = "gemini"
    COMPATIBLE = "compatible"  # any other that speaks as OpenAI does


# Models that answer fast and cheaply, with US dollars per million tokens as published.
_DEFAULTS: dict[ProviderKind, dict[str, Any]] = {
    ProviderKind.OPENAI: {
        "base_url": "https://api.openai.com/v1",
        "model": "gpt-4o-mini",
        "prompt_price": 0.15,
        "completion_price": 0.60,
    },
    ProviderKind.GROQ: {
        "base_url": "https://api.groq.com/openai/v1",
        "model": "llama-3.3-70b-versatile",
        "prompt_price": 0.59,
        "completion_price": 0.79,
    },
    ProviderKind.GEMINI: {
        "base_url": "https://generativelanguage.googleapis.com/v1beta/openai",
        "model": "gemini-2.5-flash-lite",
        "prompt_price": 0.10,
        "completion_price": 0.40,
    },
}
_PRICES = ("prompt_price", "completion_price")


class ProviderSettings(BaseModel):
    """One model of one provider; times are in seconds.

    The pauses are those of the source's conservative preset. They belong to the account, which
    is the base URL and the organisation: of several settings for one account the strictest hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    kind: ProviderKind
    model: str = Field(min_length=1)
    base_url: str
    allow_plain_http: bool = False  # to a name in one's own network
    organisation: str | None = Field(None, min_length=1)

    order: int = Field(1, ge=1)  # the lowest that is free goes first
    weight: int = Field(1, ge=1, le=1000)  # its share among those of equal order

    first_token_timeout: float = Field(8.0, gt=0, le=30)
    silence_timeout: float = Field(5.0, gt=0, le=30)  # between two tokens
    total_timeout: float = Field(20.0, gt=0, le=30)

    prompt_price: float = Field(0.0, ge=0)  # per million tokens
    completion_price: float = Field(0.0, ge=0)

    min_interval: float = Field(5.0, ge=0, le=600)  # between the starts of two calls
    requests_per_minute: int = Field(0, ge=0)  # 0: no limit
    tokens_per_minute: int = Field(0, ge=0)
    retries: int = Field(2, ge=0, le=10)  # of one message, with this provider
    retry_delay: float = Field(10.0, ge=0, le=600)  # doubled with every failure in a row

    calls_at_once: int = Field(8, ge=1, le=100)  # at the most; fewer while it is overloaded
    stream_usage: bool = True  # whether it can be asked to count tokens in a stream

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = _DEFAULTS.get(given.get("kind", ""), {})
        model = given.get("model", known.get("model"))
        is_priced = all(price in given for price in _PRICES)
        if known and model != known["model"] and not is_priced:
            raise ValueError(
                _(
                    "the price of {model} is not known here: give prompt_price and "
                    "completion_price, in US dollars per million tokens"
                ).format(model=model)
            )
        filled = {**known, **given}
        if isinstance(address := filled.get("base_url"), str):
            filled["base_url"] = address.rstrip("/")
        return filled

    @model_validator(mode="after")
    def _check_base_url(self) -> "ProviderSettings":
        if wrong := wrong_address(self.base_url, allow_plain_http=self.allow_plain_http):
            raise ValueError(f"base_url {wrong}")
        return self

    @property
    def account(self) -> str:
        """Whom the provider counts calls for, whatever key they come with."""
        return f"{self.base_url} {self.organisation or ''}".strip()

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (
            prompt_tokens * self.prompt_price + completion_tokens * self.completion_price
        ) / 1_000_000


def default_provider(kind: ProviderKind) -> ProviderSettings:
    """A provider of which nothing but the key is known."""
    return ProviderSettings.model_validate({"name": kind.value, "kind": kind})

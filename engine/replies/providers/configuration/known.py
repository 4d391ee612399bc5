"""The providers that are known by name: one entry each.

A key is all such a provider needs: sealed under its name, or, where `engine/settings/fields` has a
setting of that name, in NAME_API_KEY.
"""

import enum
from typing import Any, Self

import msgspec


class ProviderDefaults(msgspec.Struct, frozen=True):
    """The values for what providers.toml leaves out.

    The model is one that answers fast and cheaply, with US dollars per million tokens as published.
    """

    base_url: str
    model: str
    prompt_price: float
    completion_price: float

    def table(self) -> dict[str, Any]:
        """Return it under the names that providers.toml uses."""
        return msgspec.structs.asdict(self)


class ProviderKind(enum.StrEnum):
    """The provider's interface, with its defaults; they differ in small ways."""

    known: ProviderDefaults | None

    def __new__(cls, name: str, known: ProviderDefaults | None = None) -> Self:
        """Make the kind `name`; `known` is None where each server has an address of its own."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.known = known
        return kind

    OPENAI = "openai", ProviderDefaults("https://api.openai.com/v1", "gpt-4o-mini", 0.15, 0.60)
    GROQ = (
        "groq",
        ProviderDefaults("https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", 0.59, 0.79),
    )
    GEMINI = (
        "gemini",
        ProviderDefaults(
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "gemini-2.5-flash-lite",
            0.10,
            0.40,
        ),
    )
    COMPATIBLE = "compatible"  # any other with OpenAI's interface

"""The providers that are known by name: one entry each.

A key is all such a provider needs: sealed under its name, or, where `engine/settings/fields` has a
setting of that name, in NAME_API_KEY.
"""

import enum
from typing import Any, Self

import msgspec


class Known(msgspec.Struct, frozen=True):
    """What is filled in where providers.toml says nothing itself.

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
    """Whose interface it is, with what is known of it: they differ in small ways."""

    known: Known | None

    def __new__(cls, name: str, known: Known | None = None) -> Self:
        """Make the kind `name`; `known` is None where each server has an address of its own."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        kind.known = known
        return kind

    OPENAI = "openai", Known("https://api.openai.com/v1", "gpt-4o-mini", 0.15, 0.60)
    GROQ = (
        "groq",
        Known("https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", 0.59, 0.79),
    )
    GEMINI = (
        "gemini",
        Known(
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "gemini-2.5-flash-lite",
            0.10,
            0.40,
        ),
    )
    COMPATIBLE = "compatible"  # any other that speaks as OpenAI does

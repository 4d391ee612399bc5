"""Builds a request's parameters without those that its server has rejected.

Models and servers differ in what they accept beside model and messages, and answer 400 to the rest.
"""

from typing import Any, Final

from engine.replies.completion import Prompt
from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.refusals import HttpRefusal

_LIMITS: Final = ("max_completion_tokens", "max_tokens")  # the newer name first
_DISPENSABLE: Final = ("temperature", "stream_options", *_LIMITS)
_REFUSALS: Final = (400, 422)
_UNKNOWN: Final = (
    *("unsupported", "not supported", "not support", "unrecognized", "unknown", "unexpected"),
    *("extra", "not permitted", "not allowed", "invalid parameter"),
)


class Parameters:
    """The parameters of one provider; a rejected one is not sent again."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings = settings
        self._refused: set[str] = set()

    def of(self, prompt: Prompt) -> dict[str, Any]:
        """Return the parameters of a request for `prompt`."""
        settings = self._settings
        parameters: dict[str, Any] = {
            "model": settings.model,
            "messages": [{"role": turn.role.value, "content": turn.text} for turn in prompt.turns],
            "stream": True,
            "temperature": prompt.temperature,
            self._limit(): prompt.max_tokens,
        }
        if settings.stream_usage:
            parameters["stream_options"] = {"include_usage": True}
        return {name: value for name, value in parameters.items() if name not in self._refused}

    def heed(self, sent: dict[str, Any], refusal: HttpRefusal) -> bool:
        """Drop the parameter that `refusal` names; return True if the request is worth a retry.

        A token limit is sent under its other name and never dropped, because budgets rely on it.
        """
        name = _refused_by(refusal, sent)
        if name is None or (name in _LIMITS and not self._refused.isdisjoint(_LIMITS)):
            return False
        self._refused.add(name)
        return True

    def _limit(self) -> str:
        compatible = self._settings.kind is ProviderKind.COMPATIBLE
        first, second = reversed(_LIMITS) if compatible else _LIMITS
        return second if first in self._refused else first


def _refused_by(refusal: HttpRefusal, sent: dict[str, Any]) -> str | None:
    if refusal.status not in _REFUSALS:
        return None
    told, param = refusal.told
    if not any(word in told for word in _UNKNOWN):
        return None
    return next(
        (
            name
            for name in _DISPENSABLE
            if name in sent and (name == param or (not param and name in told))
        ),
        None,
    )

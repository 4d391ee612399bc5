"""Words the sources of answers, and the reasons for prepared ones."""

from engine.language import _
from engine.replies.completion import Refusal
from engine.replies.stats import Source, StaticReason


def source_word(source: Source) -> str:
    """Return the name of a source."""
    return {
        Source.SMALL_TALK: _("Small talk"),
        Source.EXACT: _("Cache, same words"),
        Source.NEAR: _("Cache, same meaning"),
        Source.GENERATED: _("Generated"),
        Source.STATIC: _("Static"),
    }[source]


def static_reason_word(reason: str) -> str:
    """Return the text of a StaticReason or Refusal; of any other, its code."""
    words: dict[str, str] = {
        StaticReason.NO_CONSENT: _("The person has not agreed"),
        StaticReason.UNUSABLE: _("No draft passed the checks"),
        StaticReason.FAILED: _("Something went wrong inside"),
        Refusal.NO_PROVIDER: _("There is no provider"),
        Refusal.GATE_CLOSED: _("LLM calls are off"),
        Refusal.QUEUE_FULL: _("The queue was full"),
        Refusal.BUDGET_SPENT: _("The budget is spent"),
        Refusal.TIMED_OUT: _("It took too long"),
        Refusal.ALL_FAILED: _("Every provider failed"),
    }
    return words.get(reason, reason)

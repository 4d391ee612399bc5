"""Defines the terms between the pipeline and the providers: prompts, requesters, completions."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class Role(enum.StrEnum):
    """The speaker of a turn; people's words are data and appear only in USER turns."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything that a provider sees."""

    turns: tuple[Turn, ...]
    max_tokens: int = 300  # of the answer
    temperature: float = 0.8


class Priority(enum.IntEnum):
    """The order in which queued calls are served; the lowest number goes first."""

    HIGH = 0  # a person is waiting
    NORMAL = 1
    LOW = 2  # nobody would notice its absence


@dataclass(frozen=True, slots=True)
class Requester:
    """The bot, chat and person for whom a call is made; each has a budget."""

    bot: str
    chat: int
    person: int  # 0: nobody, as in group talk


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's text and what it cost."""

    text: str
    provider: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: float  # in the currency of the providers' prices, US dollars by default


class Refusal(enum.StrEnum):
    """The reason why no completion came; a static answer is given instead."""

    NO_PROVIDER = "no_provider"  # none is configured
    GATE_CLOSED = "gate_closed"  # emergency mode, or models are disabled
    QUEUE_FULL = "queue_full"
    BUDGET_SPENT = "budget_spent"
    TIMED_OUT = "timed_out"  # the person's maximum wait is over
    ALL_FAILED = "all_failed"  # every provider failed, rests or is cut off by its breaker


class NoCompletionError(Exception):
    """Raised when no provider answered; `refusal` is the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


Complete = Callable[[Prompt, Requester, Priority], Awaitable[Completion]]
"""Ask for a completion; raises NoCompletionError, and nothing else that is foreseen."""

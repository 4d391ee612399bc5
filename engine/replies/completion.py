"""What is asked of a language model, for whom, and what comes back: the terms of both sides."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


class Role(enum.StrEnum):
    """Who says a turn; a person's words are data, and stand in USER turns only."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a provider sees."""

    turns: tuple[Turn, ...]
    max_tokens: int = 300  # of the answer
    temperature: float = 0.8


class Priority(enum.IntEnum):
    """Who goes first when calls queue; the lowest number does."""

    HIGH = 0  # a person waits
    NORMAL = 1
    LOW = 2  # nobody would notice its absence


@dataclass(frozen=True, slots=True)
class Requester:
    """On whose account a call is made: budgets are kept by each of them."""

    bot: str
    chat: int
    person: int  # 0: nobody's, as in group talk


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said, and what it took."""

    text: str
    provider: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: float  # in the currency of the providers' prices, US dollars unless told otherwise


class Refusal(enum.StrEnum):
    """Why no completion came; the answer is then a static one."""

    NO_PROVIDER = "no_provider"  # none is configured
    GATE_CLOSED = "gate_closed"  # emergency mode, or models are disabled
    QUEUE_FULL = "queue_full"
    BUDGET_SPENT = "budget_spent"
    TIMED_OUT = "timed_out"  # the person's whole wait
    ALL_FAILED = "all_failed"  # every provider failed, rests or is cut off


class NoCompletionError(Exception):
    """No provider answered, for the reason in `refusal`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


Complete = Callable[[Prompt, Requester, Priority], Awaitable[Completion]]
"""Ask for a completion; raises NoCompletionError, and nothing else that is foreseen."""

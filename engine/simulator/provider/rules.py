"""What the local LLM provider shall do other than answer, to which calls and how often."""

import enum
import random

import msgspec


class Behaviour(enum.StrEnum):
    """How a call is met."""

    ANSWER = "answer"  # as ever, or with the rule's own text and delays
    REFUSE = "refuse"  # with the rule's status: 429, 500, 503, ...
    HANG = "hang"  # not a byte until the caller gives up
    STALL = "stall"  # half the answer, then silence until the caller gives up
    DROP = "drop"  # half the answer, then the connection is cut
    TRUNCATE = "truncate"  # half the answer, then an orderly end
    FAIL = "fail"  # half the answer, then an error object and an orderly end
    EMPTY_BODY = "empty_body"  # status 200 and nothing
    INVALID_JSON = "invalid_json"
    WRONG_CONTENT_TYPE = "wrong_content_type"  # a page for people, status 200
    ENDLESS = "endless"  # an answer that never ends


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rule that fits a call decides on it; times are in seconds."""

    behaviour: Behaviour = Behaviour.ANSWER
    models: tuple[str, ...] = ()  # none: every model
    containing: str | None = None  # only calls whose last message has this in it
    streamed: bool | None = None  # only streamed calls, or only the others
    skip: int = 0  # fitting calls to let pass first
    times: int | None = None  # fitting calls to decide on, then never again
    probability: float = 1.0
    status: int = 429  # of a refusal
    code: str | None = None  # of a refusal, in place of the status's usual one
    retry_after: float | None = None  # header of a refusal
    unknown: tuple[str, ...] = ()  # parameters that are refused, as a model that lacks them does
    whole: bool = False  # the answer in one piece, although a stream was asked for
    text: str | None = None  # of the answer, in place of the made one
    finish: str | None = None  # why the model stopped, in place of the true reason
    finish_each: bool = False  # a reason beside every token
    figures: int | None = None  # tokens that the usage tells of, in place of the true ones
    delay: float = 0.0  # before the first byte
    token_delay: float = 0.0  # before each token of a stream


class Asked(msgspec.Struct, frozen=True):
    """What of a call a rule may look at."""

    model: str
    last_message: str
    streamed: bool


def _fits(rule: Rule, asked: Asked) -> bool:
    return (
        (not rule.models or asked.model in rule.models)
        and (rule.containing is None or rule.containing in asked.last_message)
        and (rule.streamed is None or rule.streamed == asked.streamed)
    )


class _Standing:
    """A rule with what is left of its skips and times."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._skip = rule.skip
        self._times = rule.times

    def takes(self, asked: Asked, chance: random.Random) -> bool:
        if self._times == 0 or not _fits(self.rule, asked):
            return False
        if self._skip > 0:
            self._skip -= 1
            return False
        if chance.random() >= self.rule.probability:
            return False
        if self._times is not None:
            self._times -= 1
        return True


class Rules:
    """The rules that stand, in the order they were added."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._standing: dict[int, _Standing] = {}
        self._added = 0

    def add(self, rule: Rule) -> int:
        """Its number, by which it can be removed."""
        self._added += 1
        self._standing[self._added] = _Standing(rule)
        return self._added

    def remove(self, number: int) -> None:
        """Let a rule go; harmless if it went before."""
        self._standing.pop(number, None)

    def clear(self) -> None:
        self._standing.clear()

    def decide(self, asked: Asked) -> Rule:
        """The rule for this call; the plain answer where none fits."""
        for standing in self._standing.values():
            if standing.takes(asked, self._chance):
                return standing.rule
        return Rule()

"""Defines how the local LLM provider misbehaves, for which calls and how often."""

import enum
import random

import msgspec


class Behaviour(enum.StrEnum):
    """The reaction to a call."""

    ANSWER = "answer"  # normally, or with the rule's own text and delays
    REFUSE = "refuse"  # with the rule's status: 429, 500, 503, ...
    HANG = "hang"  # send no byte until the caller gives up
    STALL = "stall"  # send half the answer, then nothing until the caller gives up
    DROP = "drop"  # send half the answer, then cut the connection
    TRUNCATE = "truncate"  # send half the answer, then end properly
    FAIL = "fail"  # send half the answer, then an error object and a proper end
    EMPTY_BODY = "empty_body"  # status 200 without a body
    INVALID_JSON = "invalid_json"
    WRONG_CONTENT_TYPE = "wrong_content_type"  # a web page with status 200
    ENDLESS = "endless"  # an answer that never ends


class BehaviourRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first rule that matches a call decides; times are in seconds."""

    behaviour: Behaviour = Behaviour.ANSWER
    models: tuple[str, ...] = ()  # empty: every model
    containing: str | None = None  # only calls whose last message contains this
    streamed: bool | None = None  # only streamed calls, or only the others
    skip: int = 0  # matching calls to let pass first
    times: int | None = None  # matching calls to decide, then none
    probability: float = 1.0
    status: int = 429  # of a refusal
    code: str | None = None  # of a refusal, in place of its status's usual one
    retry_after: float | None = None  # header of a refusal
    unknown: tuple[str, ...] = ()  # parameters that are rejected, as by a model that lacks them
    whole: bool = False  # the answer in one piece, although a stream was requested
    text: str | None = None  # of the answer, in place of the generated one
    finish: str | None = None  # finish reason in place of the true one
    finish_each: bool = False  # a reason with every token
    figures: int | None = None  # tokens in the usage, in place of the true ones
    delay: float = 0.0  # before the first byte
    token_delay: float = 0.0  # before each token of a stream


class CallFacts(msgspec.Struct, frozen=True):
    """The facts about a call that a rule may use."""

    model: str
    last_message: str
    streamed: bool


def _fits(rule: BehaviourRule, asked: CallFacts) -> bool:
    return (
        (not rule.models or asked.model in rule.models)
        and (rule.containing is None or rule.containing in asked.last_message)
        and (rule.streamed is None or rule.streamed == asked.streamed)
    )


class _Standing:
    """A rule with the rest of its skips and times."""

    def __init__(self, rule: BehaviourRule) -> None:
        self.rule = rule
        self._skip = rule.skip
        self._times = rule.times

    def takes(self, asked: CallFacts, chance: random.Random) -> bool:
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


class BehaviourRules:
    """The active rules, in the order they were added."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._standing: dict[int, _Standing] = {}
        self._added = 0

    def add(self, rule: BehaviourRule) -> int:
        """Add a rule; return its number, by which it can be removed."""
        self._added += 1
        self._standing[self._added] = _Standing(rule)
        return self._added

    def remove(self, number: int) -> None:
        """Remove a rule; harmless if it is gone."""
        self._standing.pop(number, None)

    def clear(self) -> None:
        """Remove all rules."""
        self._standing.clear()

    def decide(self, asked: CallFacts) -> BehaviourRule:
        """Return the rule for this call; the plain answer if none matches."""
        for standing in self._standing.values():
            if standing.takes(asked, self._chance):
                return standing.rule
        return BehaviourRule()

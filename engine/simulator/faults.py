"""Defines faults by rules: which method, which account, how often, with what probability."""

import enum
import math
import random
import time

import msgspec


class FaultKind(enum.StrEnum):
    """The ways in which a call can go wrong."""

    FLOOD_WAIT = "flood_wait"  # rejected for `seconds`
    DROP_BEFORE = "drop_before"  # connection closed, call not executed
    DROP_AFTER = "drop_after"  # call executed, connection closed instead of an answer
    DELAY = "delay"  # call executed after `seconds`
    BAD_SALT = "bad_salt"  # the server's salt changed
    AUTH_KEY_UNREGISTERED = "auth_key_unregistered"  # logged out by the server
    RPC_ERROR = "rpc_error"  # rejected with `code` and `message`
    BLACK_HOLE = "black_hole"  # the connection stays open and never answers again


class FaultRule(msgspec.Struct):
    """A rule; the first one that matches a call and wins its toss is applied."""

    kind: FaultKind
    method: str = "*"  # e.g. "messages.sendMessage"
    account: str = "*"  # an account's id or username
    times: int = 0  # maximum; 0: no limit
    probability: float = 1.0
    seconds: float = 0.0
    code: int = 500
    message: str = "INTERNAL"
    id: int = 0  # assigned by the server


class Faults:
    """The active rules, and their flood waits that are not over."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._rules: list[FaultRule] = []
        self._last_id = 0
        self._floods: dict[tuple[int, str], float] = {}
        self.deaf: set[int] = set()  # accounts whose updates are withheld
        self.unanswered: set[int] = set()  # accounts whose calls are read and never answered

    def add(self, rule: FaultRule) -> int:
        """Add a rule; return its number."""
        self._last_id += 1
        rule.id = self._last_id
        self._rules.append(rule)
        return rule.id

    def deafen(self, account: int, *, deaf: bool = True, answering: bool = True) -> None:
        """Withhold an account's updates, and perhaps its answers, or deliver them again."""
        (self.deaf.add if deaf else self.deaf.discard)(account)
        (self.unanswered.add if deaf and not answering else self.unanswered.discard)(account)

    def remove(self, rule_id: int) -> None:
        """Remove a rule by its number."""
        self._rules = [rule for rule in self._rules if rule.id != rule_id]

    def clear(self) -> None:
        """Remove all rules, flood waits and deafness."""
        self._rules.clear()
        self._floods.clear()
        self.deaf.clear()
        self.unanswered.clear()

    def strike(self, method: str, account: int, username: str) -> FaultRule | None:
        """Return the rule to apply to this call, or None."""
        for rule in self._rules:
            if rule.method not in ("*", method):
                continue
            if rule.account.removeprefix("@") not in ("*", str(account), username):
                continue
            if rule.probability < 1.0 and self._chance.random() >= rule.probability:
                continue
            if rule.times:
                rule.times -= 1
                if not rule.times:
                    self._rules.remove(rule)
            return rule
        return None

    def start_flood(self, method: str, account: int, seconds: float) -> None:
        """Begin a flood wait."""
        self._floods[account, method] = time.monotonic() + seconds

    def flood_left(self, method: str, account: int) -> int:
        """Return the whole seconds until the account may call the method again; 0: now."""
        until = self._floods.get((account, method))
        if until is None:
            return 0
        left = until - time.monotonic()
        if left <= 0:
            del self._floods[account, method]
            return 0
        return math.ceil(left)

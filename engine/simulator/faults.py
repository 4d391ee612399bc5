"""What is to go wrong, by rule: which method, whose, how often, how likely."""

import enum
import math
import random
import time

import msgspec


class FaultKind(enum.StrEnum):
    """The ways in which a call can go wrong."""

    FLOOD_WAIT = "flood_wait"  # refused for `seconds`
    DROP_BEFORE = "drop_before"  # connection closed, call not run
    DROP_AFTER = "drop_after"  # call run, connection closed in place of an answer
    DELAY = "delay"  # call run after `seconds`
    BAD_SALT = "bad_salt"  # the server's salt changed
    AUTH_KEY_UNREGISTERED = "auth_key_unregistered"  # logged out by the server
    RPC_ERROR = "rpc_error"  # refused with `code` and `message`
    BLACK_HOLE = "black_hole"  # the connection stays open and never says a word again


class FaultRule(msgspec.Struct):
    """A rule; the first that fits a call and wins its toss is carried out."""

    kind: FaultKind
    method: str = "*"  # e.g. "messages.sendMessage"
    account: str = "*"  # an account's id or username
    times: int = 0  # how often at most; 0: without end
    probability: float = 1.0
    seconds: float = 0.0
    code: int = 500
    message: str = "INTERNAL"
    id: int = 0  # given by the server


class Faults:
    """The rules in force, and the flood waits they gave that are not over."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._rules: list[FaultRule] = []
        self._last_id = 0
        self._floods: dict[tuple[int, str], float] = {}
        self.deaf: set[int] = set()  # accounts that are told nothing
        self.unanswered: set[int] = set()  # accounts whose calls are read and never answered

    def add(self, rule: FaultRule) -> int:
        self._last_id += 1
        rule.id = self._last_id
        self._rules.append(rule)
        return rule.id

    def deafen(self, account: int, *, deaf: bool = True, answering: bool = True) -> None:
        """Withhold an account's updates, which pile up; perhaps its answers too; or no longer."""
        (self.deaf.add if deaf else self.deaf.discard)(account)
        (self.unanswered.add if deaf and not answering else self.unanswered.discard)(account)

    def remove(self, rule_id: int) -> None:
        self._rules = [rule for rule in self._rules if rule.id != rule_id]

    def clear(self) -> None:
        """No rule and no flood wait stands any longer, and nobody is deaf."""
        self._rules.clear()
        self._floods.clear()
        self.deaf.clear()
        self.unanswered.clear()

    def strike(self, method: str, account: int, username: str) -> FaultRule | None:
        """The rule this call falls victim to."""
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
        self._floods[account, method] = time.monotonic() + seconds

    def flood_left(self, method: str, account: int) -> int:
        """Whole seconds until this account may call this method again; 0: now."""
        until = self._floods.get((account, method))
        if until is None:
            return 0
        left = until - time.monotonic()
        if left <= 0:
            del self._floods[account, method]
            return 0
        return math.ceil(left)

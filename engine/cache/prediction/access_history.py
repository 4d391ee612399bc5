"""Keeps what accesses teach about a key: its interval, and the keys that follow it."""

import msgspec

_SMOOTHING = 0.25  # weight of the newest interval
_SUCCESSORS = 3
_AGED = 64  # accesses after which older ones have half the weight
_PRIOR = 1.0  # accesses for which the general accuracy counts


class AccessHistory(msgspec.Struct, gc=False):
    """The past of one key, in monotonic seconds. Exempt from garbage collection."""

    last: float
    interval: float = 0.0  # s between accesses, average
    deviation: float = 0.0  # s, mean absolute
    intervals: int = 0  # number of intervals seen
    followed: int = 0
    successors: dict[str, int] = msgspec.field(default_factory=dict)

    def accessed(self, now: float) -> None:
        """Note another access at `now`."""
        passed = now - self.last
        self.last = now
        self.intervals += 1
        if self.intervals == 1:
            self.interval = passed
            return
        error = passed - self.interval
        self.interval += _SMOOTHING * error
        self.deviation += _SMOOTHING * (abs(error) - self.deviation)

    @property
    def next_access(self) -> float:
        """The expected time of the next access; the last access if nothing is known yet."""
        return self.last + self.interval

    @property
    def confidence(self) -> float:
        """The certainty of that time, 0 to 1: high for many, regular intervals."""
        if self.interval <= 0:
            return 0.0
        steady = max(1 - self.deviation / self.interval, 0.0)
        return steady * (1 - 0.5**self.intervals)

    def followed_by(self, key: str) -> None:
        """Note that `key` came right after this one."""
        successors = self.successors
        self.followed += 1
        if key in successors:
            successors[key] += 1
        elif len(successors) < _SUCCESSORS:
            successors[key] = 1
        else:  # the rarest fades until there is room
            rarest = min(successors, key=successors.__getitem__)
            successors[rarest] -= 1
            if not successors[rarest]:
                del successors[rarest]
        if self.followed >= _AGED:
            self.followed //= 2
            self.successors = {key: n // 2 for key, n in successors.items() if n > 1}

    def successor(self, accuracy: float) -> tuple[str, float] | None:
        """Return the likeliest next key and its probability; None if none is known.

        `accuracy`, the recent share of right guesses over all keys, makes up for what is unknown
        about this one.
        """
        if not self.successors:
            return None
        key = max(self.successors, key=self.successors.__getitem__)
        sure = (self.successors[key] + _PRIOR * accuracy) / (self.followed + _PRIOR)
        return key, sure

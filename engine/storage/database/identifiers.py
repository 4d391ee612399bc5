"""Creates row ids before the row is written, so that a repeated write is harmless."""

import secrets

from engine.clock import Clock

_PROCESS_BITS = 10
_SEQUENCE_BITS = 12


class Identifiers:
    """Growing 63-bit ids: milliseconds since 1970, a random mark of this process, a counter.

    The layout is Twitter's Snowflake's; a clock set back only slows their growth.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._mark = secrets.randbits(_PROCESS_BITS) << _SEQUENCE_BITS
        self._millisecond = 0
        self._sequence = 0

    def next(self) -> int:
        """Return the next id."""
        now = int(self._clock.now() * 1000)
        if now > self._millisecond:
            self._millisecond, self._sequence = now, 0
        elif self._sequence == (1 << _SEQUENCE_BITS) - 1:
            self._millisecond, self._sequence = self._millisecond + 1, 0
        else:
            self._sequence += 1
        return self._millisecond << (_PROCESS_BITS + _SEQUENCE_BITS) | self._mark | self._sequence


def first_id(at: float) -> int:
    """Return the lowest id that can be created at `at` (seconds since 1970)."""
    return int(at * 1000) << (_PROCESS_BITS + _SEQUENCE_BITS)

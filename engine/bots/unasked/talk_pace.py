"""Spaces a bot's remarks randomly within limits."""

import math
import random
from dataclasses import dataclass

from engine.bots.limits.prime_hours import Hours
from engine.bots.limits.sliding_window import SlidingWindows
from engine.clock import Clock
from engine.errors import SettingsError
from engine.language import _

_HOUR = 3600.0  # s
_PUNCTUAL = 0.9  # share of the longest gap, so that a provider's answer is in time too
_EASY = 4.0  # factor on even gaps: the longest one without a minimum

_chance = random.Random()  # noqa: S311 - spreads remarks, keeps no secret


@dataclass(frozen=True, slots=True)
class TalkRange:
    """The hourly number of a bot's remarks over all its groups, if there is occasion."""

    minimum: int = 2
    maximum: int = 6

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise SettingsError(
                _(
                    "TALK_HOURLY_MINIMUM ({minimum}) is above TALK_HOURLY_MAXIMUM ({maximum}): "
                    "lower the one or raise the other."
                ).format(minimum=self.minimum, maximum=self.maximum)
            )


class TalkPace:
    """Spaces the remarks of all bots; prime hours scale both limits."""

    def __init__(self, bounds: TalkRange, hours: Hours, clock: Clock) -> None:
        self._bounds = bounds
        self._hours = hours
        self._clock = clock
        largest = math.ceil(bounds.maximum * max(1.0, hours.scale))
        self._windows: SlidingWindows[str] = SlidingWindows(largest, _HOUR, clock)
        self._last: dict[str, float] = {}  # steady time of the last remark
        self._since: dict[str, float] = {}  # time since when a bot could have made one
        self._drawn: dict[str, float] = {}  # position of the next gap within its limits, 0 to 1

    def recall(self, account: str, at: float) -> None:
        """Note a remark that an earlier process planned at `at`, in seconds since the epoch."""
        steady = at + self._clock.monotonic() - self._clock.now()
        self._windows.add(account, steady)
        self._last[account] = steady

    def spoke(self, account: str) -> None:
        """Note that the account makes a remark now."""
        self._windows.add(account)
        self._last[account] = self._clock.monotonic()
        self._drawn.pop(account, None)

    def wait(self, account: str, *, lively: bool) -> float:
        """Return the seconds until its next remark, 0 or less: now; `lively`: people talk."""
        now = self._clock.monotonic()
        most, least = self._hourly()
        last = self._last.get(account)
        if last is not None:
            elapsed = now - last
        elif lively:
            elapsed = _HOUR
        else:
            elapsed = now - self._since.setdefault(account, now)
        gap = self._gap(account, most, least, lively=lively)
        return max(gap - elapsed, self._windows.pause(account, most))

    def _hourly(self) -> tuple[int, int]:
        """Return the present hourly maximum and minimum."""
        scale = self._hours.scale_at(self._clock.now())
        most = max(1, round(self._bounds.maximum * scale))
        return most, min(most, round(self._bounds.minimum * scale))

    def _gap(self, account: str, most: int, least: int, *, lively: bool) -> float:
        even = _HOUR / most
        longest = _PUNCTUAL * _HOUR / least if least else _EASY * even
        middle = min(1.5 * even, longest)
        shortest, longest = (0.5 * even, middle) if lively else (middle, longest)
        place = self._drawn.setdefault(account, _chance.random())
        return shortest + place * max(0.0, longest - shortest)

"""Computes once, for all waiting calls, what providers can take at one moment."""

import math
from collections.abc import Iterable, Sequence

from engine.replies.providers.limits.account import ProviderAccount
from engine.replies.providers.provider import Provider


class Openings:
    """The openings of one moment; valid until a call begins."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        """Collect in `all` the usable providers, each with the seconds until its next call."""
        self.all = [(one, one.pause(1)) for one in providers if not one.is_cut_off]
        self._starts: dict[tuple[ProviderAccount, int], float] = {}

    def starts_within(self, seconds: float, providers: Iterable[Provider]) -> float:
        """Return how many calls can start with `providers` in the next `seconds`, rounded up."""
        whole = math.ceil(seconds)
        starts = 0.0
        for account in {one.account for one in providers}:
            if (account, whole) not in self._starts:
                self._starts[account, whole] = account.starts_within(whole)
            starts += self._starts[account, whole]
        return starts

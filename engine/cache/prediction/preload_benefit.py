"""Measures if loading ahead pays, by what became of the loads, and switches it on and off."""

from collections import OrderedDict

_WINDOW = 64  # loads judged together
_VAIN_OFF = 0.5  # share of vain loads that switches loading off
_VAIN_ON = 0.3  # share that switches it on again
_TRIES = 16  # loads judged while off
_TRY_EVERY = 32  # while off, one wish in 32 is tried


class PreloadBenefit:
    """Tracks pending and finished loads ahead."""

    def __init__(self, most_waiting: int) -> None:
        """Allow `most_waiting` unused loads; the eldest beyond count as vain."""
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._most_waiting = most_waiting
        self.on = True
        self.asked = 0
        self.used = 0
        self.vain = 0
        self.failed = 0
        self._wishes = 0
        self._judged = 0
        self._judged_vain = 0

    def __contains__(self, key: str) -> bool:
        return key in self._waiting

    def allows(self) -> bool:
        """Return True if one more key may be loaded; while off, only occasionally, as a trial."""
        if self.on:
            return True
        self._wishes += 1
        return self._wishes % _TRY_EVERY == 0

    def ask(self, key: str) -> None:
        """Note that `key` is being loaded ahead."""
        self.asked += 1
        self._waiting[key] = None
        if len(self._waiting) > self._most_waiting:
            self.lost(next(iter(self._waiting)))

    def accessed(self, key: str) -> None:
        """Note an access to the key; a load ahead of it was useful."""
        if key in self._waiting:
            del self._waiting[key]
            self.used += 1
            self._judge(vain=False)

    def lost(self, key: str) -> None:
        """Note that the key left the cache; an unused load ahead of it was in vain."""
        if key in self._waiting:
            del self._waiting[key]
            self.vain += 1
            self._judge(vain=True)

    def not_loaded(self, key: str) -> None:
        """Note that the load failed or never began, which teaches nothing."""
        if key in self._waiting:
            del self._waiting[key]
            self.failed += 1

    def clear(self) -> None:
        """Forget pending loads: the cache was emptied, so they are neither useful nor in vain."""
        self._waiting.clear()

    def _judge(self, *, vain: bool) -> None:
        self._judged += 1
        self._judged_vain += vain
        if self._judged < (_WINDOW if self.on else _TRIES):
            return
        share = self._judged_vain / self._judged
        self.on = share <= (_VAIN_OFF if self.on else _VAIN_ON)
        self._judged = self._judged_vain = 0

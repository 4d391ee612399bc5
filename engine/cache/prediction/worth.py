"""Whether loading ahead pays: what became of the loads, and the switch that follows from it."""

from collections import OrderedDict

_WINDOW = 64  # loads judged together
_VAIN_OFF = 0.5  # share of them in vain that switches loading off
_VAIN_ON = 0.3  # share that switches it on again
_TRIES = 16  # loads judged while off
_TRY_EVERY = 32  # while off, one wish in so many is tried


class Worth:
    """Loads ahead under way or unused, and how those before them ended."""

    def __init__(self, most_waiting: int) -> None:
        """`most_waiting` loads may wait for their use; the eldest beyond are held to be vain."""
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
        """Whether one more wish may be loaded; while off, only now and then, as a try."""
        if self.on:
            return True
        self._wishes += 1
        return self._wishes % _TRY_EVERY == 0

    def ask(self, key: str) -> None:
        """`key` is to be loaded ahead."""
        self.asked += 1
        self._waiting[key] = None
        if len(self._waiting) > self._most_waiting:
            self.lost(next(iter(self._waiting)))

    def accessed(self, key: str) -> None:
        """Somebody asked for the key: if it was loaded ahead, that was of use."""
        if key in self._waiting:
            del self._waiting[key]
            self.used += 1
            self._judge(vain=False)

    def lost(self, key: str) -> None:
        """The key went from the cache: if it was loaded ahead and not used, that was in vain."""
        if key in self._waiting:
            del self._waiting[key]
            self.vain += 1
            self._judge(vain=True)

    def not_loaded(self, key: str) -> None:
        """The load failed or never began: nothing learnt."""
        if key in self._waiting:
            del self._waiting[key]
            self.failed += 1

    def clear(self) -> None:
        """The cache was emptied: what waited was neither of use nor in vain."""
        self._waiting.clear()

    def _judge(self, *, vain: bool) -> None:
        self._judged += 1
        self._judged_vain += vain
        if self._judged < (_WINDOW if self.on else _TRIES):
            return
        share = self._judged_vain / self._judged
        self.on = share <= (_VAIN_OFF if self.on else _VAIN_ON)
        self._judged = self._judged_vain = 0

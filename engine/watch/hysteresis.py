"""Turns a wavering judgement into a steady one: wrong for a while, or right for a while."""


class Hysteresis:
    """Becomes active after `raise_after` bad seconds, inactive after `clear_after` good ones.

    A verdict of None lies between the two limits and changes nothing.
    """

    def __init__(self, raise_after: float, clear_after: float) -> None:
        self._raise_after = raise_after
        self._clear_after = clear_after
        self._bad_since: float | None = None
        self._good_since: float | None = None
        self._stands = False

    def judge(self, verdict: bool | None, at: float) -> bool:
        """Return True if it is active at `at`, in seconds of a clock that never runs backwards."""
        if verdict is True:
            self._good_since = None
            self._bad_since = at if self._bad_since is None else self._bad_since
            if at - self._bad_since >= self._raise_after:
                self._stands = True
        elif verdict is False:
            self._good_since = at if self._good_since is None else self._good_since
            if not self._stands or at - self._good_since >= self._clear_after:
                self._bad_since = None
                self._stands = False
        return self._stands

    @property
    def is_settled(self) -> bool:
        """True if time alone changes nothing, only another verdict."""
        if self._stands:
            return self._good_since is None
        return self._bad_since is None

    def bad_for(self, at: float) -> float:
        """Return the seconds since the first bad verdict that still counts; 0 without one."""
        return 0.0 if self._bad_since is None else at - self._bad_since

"""Decides with which key an account connects when its own seems to be forgotten.

The transport error -404 says that a key is not known, and anybody on the way can send it. So the
key is never thrown away for it: a bot that hears nothing else for a while tries, every other time,
to log in by its token with a new key, and keeps the old one until the new login has succeeded.
"""

from engine.clock import Clock
from engine.telegram.faults import UnknownKeyError
from engine.telegram.sessions.session import AccountSession

_DENIALS = 4  # in a row
_SPAN = 60.0  # s that they must last


class KeyDoubt:
    """One account's, over all its connections: `choose` before each, then `proven` or `failed`."""

    def __init__(self, session: AccountSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._denials = 0
        self._since = 0.0
        self._was_new = False

    def choose(self, *, has_token: bool) -> None:
        """Have the next connection use the key at hand, or make a new one."""
        lasts = self._clock.monotonic() - self._since >= _SPAN
        doubted = has_token and self._denials >= _DENIALS and lasts
        self._was_new = doubted and not self._was_new
        if self._was_new:
            self._session.lay_key_aside()

    def proven(self) -> None:
        """The login succeeded: the key in use is the right one."""
        self._denials = 0
        self._was_new = False
        self._session.drop_key_laid_aside()

    def failed(self, error: BaseException) -> None:
        """The login failed: the old key is back, whatever it was tried with."""
        self._session.take_key_back()
        if isinstance(error, UnknownKeyError):
            if not self._denials:
                self._since = self._clock.monotonic()
            self._denials += 1

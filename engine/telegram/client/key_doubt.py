"""Decides which key an account connects with when Telegram seems to have forgotten its own.

The transport error -404 means "unknown key", and anybody on the network path can send it, so the
key is never thrown away for it. After a while of nothing else, a bot tries every other time to log
in by its token with a new key. It keeps the old key until the new login has succeeded.
"""

from engine.clock import Clock
from engine.telegram.faults import UnknownKeyError
from engine.telegram.sessions.session import AccountSession

_DENIALS = 4  # in a row
_SPAN = 60.0  # s that they must span


class KeyDoubt:
    """Tracks one account over its connections: `choose` before each, then `proven` or `failed`."""

    def __init__(self, session: AccountSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._denials = 0
        self._since = 0.0
        self._was_new = False

    def choose(self, *, has_token: bool) -> None:
        """Choose whether the next connection uses the present key or makes a new one."""
        lasts = self._clock.monotonic() - self._since >= _SPAN
        doubted = has_token and self._denials >= _DENIALS and lasts
        self._was_new = doubted and not self._was_new
        if self._was_new:
            self._session.lay_key_aside()

    def proven(self) -> None:
        """Note that the login succeeded: the key in use is right."""
        self._denials = 0
        self._was_new = False
        self._session.drop_key_laid_aside()

    def failed(self, error: BaseException) -> None:
        """Note that the login failed, and restore the old key."""
        self._session.take_key_back()
        if isinstance(error, UnknownKeyError):
            if not self._denials:
                self._since = self._clock.monotonic()
            self._denials += 1

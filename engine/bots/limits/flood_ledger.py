"""Keeps Telegram's flood waits by account and method; no wait is ever shortened."""

from dataclasses import dataclass

from engine.clock import Clock
from engine.storage.flood_waits import WHOLE_ACCOUNT, FloodWait, FloodWaits

SEND = "messages.sendMessage"
LOG_IN = "auth.importBotAuthorization"
"""Stands for whatever else a connection needs before it is of use."""


_KEPT = 7 * 86_400.0  # s after its end, since the machine's clock may be wrong by that much


@dataclass(frozen=True, slots=True)
class _Hold:
    """The end of one wait: on the wall clock for display, on the steady clock to wait for."""

    until: float
    steady: float
    is_earlier: bool = False  # received by an earlier process: computed from the wall clock


class FloodLedger:
    """Stores every wait before `keep` returns; call `load` before use."""

    def __init__(self, stored: FloodWaits, clock: Clock) -> None:
        self._stored = stored
        self._clock = clock
        self._holds: dict[str, dict[tuple[str, int], _Hold]] = {}

    async def load(self) -> None:
        """Load the unfinished waits of earlier processes; raises StorageError.

        Call it again after the clock was corrected: waits that this process received stay as they
        are.
        """
        now = self._clock.now()
        stored = await self._stored.active(now)
        for holds in self._holds.values():
            for key in [key for key, hold in holds.items() if hold.is_earlier]:
                del holds[key]
        for wait in stored:
            if (wait.method, wait.chat) not in self._holds.get(wait.account, {}):
                self._hold(wait, wait.until - now, is_earlier=True)
        await self._stored.forget(now - _KEPT)

    async def keep(
        self, account: str, method: str, seconds: float, chat: int = WHOLE_ACCOUNT
    ) -> None:
        """Keep a wait that Telegram demands; in force at once, stored when this returns."""
        wait = FloodWait(account, method, self._clock.now() + seconds, chat)
        self._hold(wait, seconds)
        await self._stored.keep(wait)

    def _hold(self, wait: FloodWait, seconds: float, *, is_earlier: bool = False) -> None:
        now = self._clock.monotonic()
        known = self._holds.get(wait.account, {})
        holds = {key: hold for key, hold in known.items() if hold.steady > now}
        new = _Hold(wait.until, now + seconds, is_earlier)
        key = wait.method, wait.chat
        holds[key] = max(holds.get(key, new), new, key=lambda hold: hold.steady)
        self._holds[wait.account] = holds

    def left(self, account: str, method: str, chat: int = WHOLE_ACCOUNT) -> float:
        """Return the seconds until the account may call the method here; 0 or less: now."""
        holds = self._holds.get(account)
        if not holds:
            return 0.0
        standing = (holds.get((method, WHOLE_ACCOUNT)), holds.get((method, chat)))
        latest = max((hold.steady for hold in standing if hold), default=0.0)
        return latest - self._clock.monotonic() if latest else 0.0

    def until(self, account: str) -> float | None:
        """Return when the whole account's last wait ends (seconds since 1970), or None."""
        now = self._clock.monotonic()
        return max(
            (
                hold.until
                for (_, chat), hold in self._holds.get(account, {}).items()
                if chat == WHOLE_ACCOUNT and hold.steady > now
            ),
            default=None,
        )

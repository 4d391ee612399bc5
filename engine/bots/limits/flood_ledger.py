"""Until when Telegram asked each account not to call a method: never shortened, by nobody."""

from dataclasses import dataclass

from engine.clock import Clock
from engine.storage.flood_waits import WHOLE_ACCOUNT, FloodWait, FloodWaits

SEND = "messages.sendMessage"
LOG_IN = "auth.importBotAuthorization"
"""Stands for whatever else a connection needs before it is of use."""


_KEPT = 7 * 86_400.0  # s after its end; the machine's clock may be wrong by so much


@dataclass(frozen=True, slots=True)
class _Hold:
    """The end of one wait: on the wall clock to be shown, on the steady one to be obeyed."""

    until: float
    steady: float
    is_earlier: bool = False  # told to an earlier process: reckoned from the wall clock


class FloodLedger:
    """`load` before use; every wait is in the storage before `keep` returns."""

    def __init__(self, stored: FloodWaits, clock: Clock) -> None:
        self._stored = stored
        self._clock = clock
        self._holds: dict[str, dict[tuple[str, int], _Hold]] = {}

    async def load(self) -> None:
        """Take up the waits of earlier processes that are not over; raises StorageError.

        Again once the clock was set right: those told to this process stay as they are.
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
        """Telegram has just asked for it; held from the call on, and stored when this returns."""
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
        """Seconds until the account may call this method (in this chat); 0 or less: now."""
        holds = self._holds.get(account)
        if not holds:
            return 0.0
        standing = (holds.get((method, WHOLE_ACCOUNT)), holds.get((method, chat)))
        latest = max((hold.steady for hold in standing if hold), default=0.0)
        return latest - self._clock.monotonic() if latest else 0.0

    def until(self, account: str) -> float | None:
        """When the whole account's last wait ends (seconds since 1970); None: there is none."""
        now = self._clock.monotonic()
        return max(
            (
                hold.until
                for (_, chat), hold in self._holds.get(account, {}).items()
                if chat == WHOLE_ACCOUNT and hold.steady > now
            ),
            default=None,
        )

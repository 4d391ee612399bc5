"""Combines all limits of a fleet: the operator's, Telegram's pace, and its flood waits.

An operator's limit ends a message with a reason; Telegram's only delay it. All of them survive the
process: recent messages are in the outbox, and waits have their own table.
"""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bots.limits.flood_ledger import SEND, FloodLedger
from engine.bots.limits.pace import TELEGRAM, Pace
from engine.bots.limits.prime_hours import Hours, read_hours
from engine.bots.limits.sliding_window import SlidingWindows
from engine.bots.skip_reason import SkipReason
from engine.clock import Clock
from engine.settings import Settings
from engine.storage.database.database import Database
from engine.storage.flood_waits import FloodWaits
from engine.storage.messages.sendings import Sending, sendings

_MINUTE, _HOUR = 60.0, 3600.0  # s
_WITHDRAWALS = 3  # answered beyond the operator's limits, to one person in one chat an hour
_ANY_TIME = Hours()


@dataclass(frozen=True, slots=True)
class Maxima:
    """The answers that the operator allows, and when; 0: as many as Telegram allows."""

    bot_hourly: int = 0
    chat_hourly: int = 0  # of one bot in one chat
    user_hourly: int = 0  # to one person, of all bots
    per_minute: int = 0  # of all bots
    hours: Hours = _ANY_TIME

    @classmethod
    def of(cls, settings: Settings) -> "Maxima":
        """Return the maxima in the settings; raises SettingsError for invalid hours."""
        return cls(
            bot_hourly=settings.bot_hourly_maximum,
            chat_hourly=settings.chat_hourly_maximum,
            user_hourly=settings.user_hourly_maximum,
            per_minute=settings.messages_per_minute,
            hours=read_hours(
                settings.prime_hours,
                settings.quiet_hours,
                settings.timezone,
                settings.scale_factor,
            ),
        )


class Limits:
    """Decides if a message may be answered, and how long it must wait to be sent."""

    def __init__(
        self, maxima: Maxima, floods: FloodLedger, clock: Clock, database: Database | None = None
    ) -> None:
        """Create limits for this process only; use `load` for those that survive it."""
        self.floods = floods
        self.pace = Pace(clock, TELEGRAM)
        self.hours = maxima.hours
        self._clock = clock
        self._database = database
        self._counting = asyncio.Lock()
        self._is_outdated = False
        self._hourly = {
            reason: maximum
            for reason, maximum in (
                (SkipReason.BOT_HOURLY_MAXIMUM, maxima.bot_hourly),
                (SkipReason.CHAT_HOURLY_MAXIMUM, maxima.chat_hourly),
                (SkipReason.USER_HOURLY_MAXIMUM, maxima.user_hourly),
            )
            if maximum
        }
        largest = max(1.0, maxima.hours.scale)
        self._windows: dict[SkipReason, SlidingWindows[object]] = {
            reason: SlidingWindows(math.ceil(maximum * largest), _HOUR, clock)
            for reason, maximum in self._hourly.items()
        }
        self._withdrawals: SlidingWindows[tuple[str, int, int]] = SlidingWindows(
            _WITHDRAWALS, _HOUR, clock
        )
        if maxima.per_minute:
            self._windows[SkipReason.MESSAGES_PER_MINUTE] = SlidingWindows(
                maxima.per_minute, _MINUTE, clock
            )

    @classmethod
    async def load(cls, database: Database, maxima: Maxima, clock: Clock) -> "Limits":
        """Load the limits, counting what earlier processes sent; raises StorageError."""
        limits = cls(maxima, FloodLedger(FloodWaits(database), clock), clock, database)
        await limits._count_again()
        return limits

    def outdate(self) -> None:
        """Note that the clock by which earlier answers were counted was wrong."""
        self._is_outdated = True

    async def reload_if_outdated(self) -> None:
        """Count earlier answers and waits again by the clock of now; raises StorageError."""
        async with self._counting:
            if self._is_outdated:
                self._is_outdated = False
                await self._count_again()

    async def _count_again(self) -> None:
        if self._database is None:
            return
        await self.floods.load()
        now = self._clock.now()
        for window in self._windows.values():
            window.clear()
        self.pace = Pace(self._clock, TELEGRAM)
        # Without a maximum to count for, only the pace of the last minute matters.
        ended_since = now - (_HOUR if self._windows else _MINUTE)
        async for page in sendings(
            self._database, planned_since=now - _HOUR, ended_since=ended_since
        ):
            for sending in page:
                self._recall(sending, self._clock.monotonic() - now)

    def _recall(self, sending: Sending, steady: float) -> None:
        """Count earlier messages; `steady` converts their times to the steady clock.

        Nothing was sent in the future, whatever the machine's clock said then.
        """
        now = self._clock.monotonic()
        for window, key in self._keys(sending.account, sending.chat, sending.sender):
            self._windows[window].add(key, min(sending.at + steady, now))
        if sending.ended_at is not None:
            self.pace.sent(sending.account, sending.chat, min(sending.ended_at + steady, now))

    def admit(self, account: str, chat: int, sender: int | None) -> SkipReason | None:
        """Count an answer of `account` to `sender`, or return the limit that forbids it.

        `sender` is None for an unprompted message.
        """
        reason = self.refusal(account, chat, sender)
        if reason is None:
            for window, key in self._keys(account, chat, sender):
                self._windows[window].add(key)
        return reason

    def admit_withdrawal(self, account: str, chat: int, sender: int) -> SkipReason | None:
        """Admit an answer to a withdrawal, for which a few answers above the limits are allowed."""
        reason = self.admit(account, chat, sender)
        key = account, chat, sender
        if reason is None or self._withdrawals.pause(key) > 0:
            return reason
        self._withdrawals.add(key)
        return None

    def refusal(self, account: str, chat: int, sender: int | None) -> SkipReason | None:
        """Return the limit that forbids an answer, or None; counts nothing."""
        now = self._clock.now()
        if self.hours.are_quiet(now):
            return SkipReason.QUIET_HOURS
        scale = self.hours.scale_at(now)
        for reason, key in self._keys(account, chat, sender):
            if self._windows[reason].pause(key, self._maximum(reason, scale)) > 0:
                return reason
        return None

    def _maximum(self, reason: SkipReason, scale: float) -> int | None:
        """Return the maximum of an hourly limit at this hour; None if it is no hourly limit."""
        hourly = self._hourly.get(reason)
        return None if hourly is None else max(1, round(hourly * scale))

    def _keys(
        self, account: str, chat: int, sender: int | None
    ) -> Iterator[tuple[SkipReason, object]]:
        """Yield the limits that are set, each with its key."""
        for reason in self._windows:
            match reason:
                case SkipReason.BOT_HOURLY_MAXIMUM:
                    yield reason, account
                case SkipReason.CHAT_HOURLY_MAXIMUM:
                    yield reason, (account, chat)
                case SkipReason.USER_HOURLY_MAXIMUM:
                    if sender is not None:
                        yield reason, sender
                case _:
                    yield reason, None

    def pause(self, account: str, chat: int) -> float:
        """Return the seconds that Telegram wants before the next message to this chat; 0: none."""
        return max(self.floods.left(account, SEND, chat), self.pace.pause(account, chat), 0.0)

"""Keeps daily budgets (UTC) of language models: reserved before a call, settled after it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.clock import Clock
from engine.replies.completion import Requester
from engine.replies.providers.chat import TokenUsage
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.storage.llm_usage import LlmUsage, Reservation, Scope, Settlement, Usage, subjects

_DAY = 86_400.0  # s
_KEPT = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class DailyMaximum:
    """The maximum of one day; 0: no limit."""

    tokens: int = 0
    cost: float = 0.0

    def allows(self, taken: "BudgetUse", tokens: int, cost: float) -> bool:
        """Return True if `tokens` and `cost` still fit beside what is `taken`."""
        return (not self.tokens or taken.tokens + tokens <= self.tokens) and (
            not self.cost or taken.cost + cost <= self.cost
        )


@dataclass(slots=True)
class BudgetUse:
    """The used and reserved amount."""

    tokens: int = 0
    cost: float = 0.0


_NOTHING = BudgetUse()


class BudgetSpentError(Exception):
    """Raised when a call could use more than is left."""


class Budgets:
    """Keeps the budgets; call `load` first. A reservation is stored before its call begins."""

    def __init__(
        self,
        stored: LlmUsage,
        maxima: Mapping[Scope, DailyMaximum],
        clock: Clock,
        next_id: Callable[[], int],
    ) -> None:
        self._stored = stored
        self._maxima = maxima
        self._clock = clock
        self._next_id = next_id
        self._day = ""
        self._day_began = -_DAY
        self._taken: dict[tuple[str, str], BudgetUse] = {}
        self._unsettled: list[Settlement] = []
        self.dropped = 0  # settlements that could not be stored; their reservations stand

    async def load(self) -> None:
        """Read what was used today; raises StorageError."""
        await self._stored.settle_abandoned()
        today = self._today()
        await self._stored.forget_before(_day(self._clock.now() - _KEPT.total_seconds()))
        for usage in await self._stored.on(today):
            self._taken[usage.scope, usage.subject] = _taken(usage)

    def taken(self, scope: Scope, subject: str = "") -> BudgetUse:
        """Return what a subject used today, including reservations."""
        self._today()
        return self._taken.get((scope, subject), BudgetUse())

    def maximum(self, scope: Scope) -> DailyMaximum:
        """Return the daily maximum in a scope."""
        return self._maxima.get(scope, DailyMaximum())

    def has_room(self, whom: Requester, provider: ProviderSettings, most: TokenUsage) -> bool:
        """Return True if a call that uses `most` would stay within every budget."""
        self._today()
        tokens, cost = most.prompt + most.completion, _cost(provider, most)
        for key in subjects(whom.bot, whom.chat, whom.person, provider.name):
            maximum, taken = self._maxima.get(key[0]), self._taken.get(key, _NOTHING)
            if maximum is not None and not maximum.allows(taken, tokens, cost):
                return False
        return True

    async def reserve(
        self, whom: Requester, provider: ProviderSettings, most: TokenUsage
    ) -> Reservation:
        """Reserve what the call may use; it is stored when this returns.

        Raises BudgetSpentError, or StorageError. While the storage is in trouble, it waits.
        """
        if not self.has_room(whom, provider, most):
            raise BudgetSpentError
        reservation = Reservation(
            id=self._next_id(),
            day=self._today(),
            bot=whom.bot,
            chat=whom.chat,
            person=whom.person,
            provider=provider.name,
            prompt_tokens=most.prompt,
            completion_tokens=most.completion,
            cost=_cost(provider, most),
        )
        self._add(reservation, most.prompt + most.completion, reservation.cost)
        try:
            await self._stored.reserve(reservation)
        except BaseException:
            self.settle(reservation, provider, None)
            raise
        return reservation

    def settle(
        self, reservation: Reservation, provider: ProviderSettings, used: TokenUsage | None
    ) -> float:
        """Return the call's cost, or None if it used nothing; stored with the next `flush`.

        Never more than was reserved, because a provider may report any number.
        """
        most = TokenUsage(reservation.prompt_tokens, reservation.completion_tokens)
        usage = (used or TokenUsage(0, 0)).within(most)
        cost = _cost(provider, usage)
        reserved = reservation.prompt_tokens + reservation.completion_tokens
        self._add(reservation, usage.prompt + usage.completion - reserved, cost - reservation.cost)
        calls = 0 if used is None else 1
        self._unsettled.append(
            Settlement(reservation.id, calls, usage.prompt, usage.completion, cost)
        )
        return cost

    async def flush(self) -> None:
        """Store what was settled; until then the reservations count."""
        settlements, self._unsettled = self._unsettled, []
        try:
            self.dropped += await self._stored.settle(settlements)
        except BaseException:
            self._unsettled = settlements + self._unsettled
            raise

    def _add(self, reservation: Reservation, tokens: int, cost: float) -> None:
        if reservation.day != self._today():
            return
        whom = reservation.bot, reservation.chat, reservation.person, reservation.provider
        for key in subjects(*whom):
            taken = self._taken.setdefault(key, BudgetUse())
            taken.tokens += tokens
            taken.cost = max(taken.cost + cost, 0.0)  # rounding may end just below zero

    def _today(self) -> str:
        """Return the day; drop the figures of the day before."""
        now = self._clock.now()
        if not self._day_began <= now < self._day_began + _DAY:
            self._day_began = now - now % _DAY
            self._day = _day(now)
            self._taken.clear()
        return self._day


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _cost(provider: ProviderSettings, usage: TokenUsage) -> float:
    return provider.cost(usage.prompt, usage.completion)


def _taken(usage: Usage) -> BudgetUse:
    return BudgetUse(usage.prompt_tokens + usage.completion_tokens, usage.cost)

"""Leads to a completion: queue, budget, provider, and the next provider after a failure."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.replies.completion import (
    Completion,
    NoCompletionError,
    Priority,
    Prompt,
    Refusal,
    Requester,
)
from engine.replies.providers.attempt import Attempt, Patience
from engine.replies.providers.chat_clients import ChatClients
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.dispatch.dispatcher import Dispatcher
from engine.replies.providers.dispatch.priority_queue import QueuedCall
from engine.replies.providers.failure import (
    OF_THE_CONFIGURATION,
    OF_THE_REQUEST,
    TIMEOUTS,
    GateClosedError,
    ProviderError,
)
from engine.replies.providers.limits.account import ProviderAccount
from engine.replies.providers.limits.budgets import Budgets, BudgetSpentError
from engine.replies.providers.provider import Permit, Provider
from engine.replies.providers.stats import CompletionStats
from engine.storage.llm_usage import Reservation, Scope

_FLUSH_PATIENCE = 1.0  # s, at the end
_FLUSH_INTERVAL = 1.0  # s between two writes of usage

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayLimits:
    """Limits over all providers together."""

    wait: float = 30.0  # s for one person and one completion, including all tries
    in_flight: int = 32
    waiting: int = 200


class Gateway:
    """Serves `complete` from `start` to `stop`; while the gate is closed it holds no clients."""

    def __init__(
        self,
        providers: Sequence[ProviderSettings],
        *,
        clients: ChatClients,
        budgets: Budgets,
        gates: Gates,
        clock: Clock,
        limits: GatewayLimits,
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._clients = clients
        self._budgets = budgets
        self._gates = gates
        self._clock = clock
        self._limits = limits
        self._on_error = on_error
        self._providers = _with_accounts(providers, clock)
        self._dispatcher = Dispatcher(
            self._providers,
            lambda call, one: budgets.has_room(call.requester, one.settings, call.most),
            clock,
            most_in_flight=limits.in_flight,
            most_waiting=limits.waiting,
        )
        self._works: set[asyncio.Task[Completion]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unloading: set[asyncio.Task[None]] = set()
        self._refusals: Counter[Refusal] = Counter()
        self._answers = 0
        self._settled = asyncio.Event()  # a call's costs, not stored yet

    async def start(self) -> None:
        """Start dispatching; raises StorageError if today's usage cannot be read."""
        await self._budgets.load()
        self._unlisten = self._gates.listen(Gate.LLM_CALLS, self._gate_moved)
        self._begin(self._dispatcher.run(), self._tasks)
        self._begin(self._flush_often(), self._tasks)

    async def stop(self) -> None:
        """End every call and store its usage; harmless before `start`."""
        if not self._tasks:
            return
        self._unlisten()
        for task in (*self._works, *self._tasks):
            task.cancel()
        ending = (*self._works, *self._tasks, *self._unloading)
        await asyncio.gather(*ending, return_exceptions=True)
        await self._clients.unload()
        with contextlib.suppress(TimeoutError):  # otherwise the reservations count as used
            async with asyncio.timeout(_FLUSH_PATIENCE):
                await self._flush()

    async def complete(
        self, prompt: Prompt, requester: Requester, priority: Priority
    ) -> Completion:
        """Return a completion of `prompt` within the limit's `wait` s; raises NoCompletionError."""
        try:
            completion = await self._work(prompt, requester, priority)
        except NoCompletionError as error:
            self._refusals[error.refusal] += 1
            raise
        self._answers += 1
        return completion

    async def _work(self, prompt: Prompt, requester: Requester, priority: Priority) -> Completion:
        if not self._providers:
            raise NoCompletionError(Refusal.NO_PROVIDER)
        if not self._gates.is_open(Gate.LLM_CALLS):  # saves work; the client enforces it
            raise NoCompletionError(Refusal.GATE_CLOSED)
        call = QueuedCall(prompt, requester, priority, self._clock.monotonic() + self._limits.wait)
        work = asyncio.get_running_loop().create_task(self._serve(call))
        self._works.add(work)
        work.add_done_callback(self._works.discard)
        try:
            async with asyncio.timeout(self._limits.wait):
                return await work
        except TimeoutError:
            raise NoCompletionError(Refusal.TIMED_OUT) from None
        except GateClosedError:
            raise NoCompletionError(Refusal.GATE_CLOSED) from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise NoCompletionError(Refusal.GATE_CLOSED) from None
        except NoCompletionError:
            raise
        except Exception as error:
            self._on_error(error)
            raise NoCompletionError(Refusal.ALL_FAILED) from error

    async def _serve(self, call: QueuedCall) -> Completion:
        """Try one provider after another."""
        while True:
            permit = await self._dispatcher.turn(call)
            name = permit.provider.settings.name
            try:
                return await self._try(permit, call)
            except BudgetSpentError:
                continue  # another call took the rest of the budget; the dispatcher knows
            except ProviderError as error:
                permit.fail(error)
                _log.info("%s: %s", name, error)
                if error.failure in OF_THE_REQUEST | OF_THE_CONFIGURATION:
                    call.given_up.add(name)
            finally:
                permit.abandon()
                self._dispatcher.dispatch()

    async def _try(self, permit: Permit, call: QueuedCall) -> Completion:
        settings = permit.provider.settings
        reservation = await self._budgets.reserve(call.requester, settings, call.most)
        self._dispatcher.dispatch()  # waiting calls may find the budget spent
        attempt = Attempt(call.prompt, _patience(settings))
        is_charged = False
        try:
            client = await self._clients.get(settings)
            is_charged = True
            text = await attempt.run(client)
        except (ProviderError, GateClosedError) as error:
            is_charged = isinstance(error, ProviderError) and error.is_charged
            raise
        finally:
            cost = self._settle(reservation, settings, attempt, is_charged=is_charged)
        permit.succeed(attempt.usage, attempt.first_token_after)
        return Completion(
            text=text,
            provider=settings.name,
            model=settings.model,
            prompt_tokens=attempt.usage.prompt,
            completion_tokens=attempt.usage.completion,
            cost=cost,
        )

    def _settle(
        self,
        reservation: Reservation,
        settings: ProviderSettings,
        attempt: Attempt,
        *,
        is_charged: bool,
    ) -> float:
        self._settled.set()
        return self._budgets.settle(reservation, settings, attempt.usage if is_charged else None)

    def _gate_moved(self, is_open: bool) -> None:
        """End all calls and close the clients when the gate closes."""
        if not is_open:
            for work in self._works:
                work.cancel()
            self._begin(self._clients.unload(), self._unloading)

    def _begin(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        def ended(task: asyncio.Task[None]) -> None:
            among.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                self._on_error(error)

        task = asyncio.get_running_loop().create_task(work)
        among.add(task)
        task.add_done_callback(ended)

    async def _flush_often(self) -> None:
        while True:
            await self._settled.wait()
            await self._clock.sleep(_FLUSH_INTERVAL)
            self._settled.clear()
            await self._flush()

    async def _flush(self) -> None:
        try:
            await self._budgets.flush()
        except Exception as error:  # noqa: BLE001 - the next one stores it; reservations stand
            self._settled.set()
            self._on_error(error)

    def stats(self) -> CompletionStats:
        """Return the figures of all providers for the snapshot."""
        taken = self._budgets.taken
        each = self._budgets.maximum(Scope.PROVIDER)
        providers = [
            one.stats(taken(Scope.PROVIDER, one.settings.name), each) for one in self._providers
        ]
        calls = sum(one.calls for one in providers)
        timeouts = sum(one.failures.get(kind, 0) for one in providers for kind in TIMEOUTS)
        fleet, budget = taken(Scope.FLEET), self._budgets.maximum(Scope.FLEET)
        return CompletionStats(
            providers=tuple(providers),
            in_flight=self._dispatcher.in_flight,
            waiting=self._dispatcher.waiting,
            answers=self._answers,
            refusals=dict(self._refusals),
            timeout_ratio=timeouts / calls if calls else None,
            tokens_today=fleet.tokens,
            cost_today=fleet.cost,
            tokens_budget=budget.tokens,
            cost_budget=budget.cost,
        )


def _with_accounts(providers: Sequence[ProviderSettings], clock: Clock) -> tuple[Provider, ...]:
    by_account: dict[str, list[ProviderSettings]] = {}
    for settings in providers:
        by_account.setdefault(settings.account, []).append(settings)
    accounts = {name: ProviderAccount(those, clock) for name, those in by_account.items()}
    return tuple(Provider(one, accounts[one.account], clock) for one in providers)


def _patience(settings: ProviderSettings) -> Patience:
    return Patience(settings.first_token_timeout, settings.silence_timeout, settings.total_timeout)

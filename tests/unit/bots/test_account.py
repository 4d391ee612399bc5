"""An account that cannot connect tries again, ever later, each at a moment of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from engine.bots.connection.diagnosis import Trouble
from engine.bots.connection.probe import Probe
from engine.bots.connection.state import BotPhase
from engine.bots.connection.supervisor import ConnectionSupervisor, pause_after
from engine.bots.limits.flood_ledger import FloodLedger
from engine.storage.database.database import Database
from engine.storage.flood_waits import FloodWaits
from engine.telegram.client.client import AccountClient
from engine.telegram.client.observed import Observed
from engine.telegram.faults import ConnectionLostError
from tests.support.clock import ManualClock

LogIn = Callable[[], Awaitable[AccountClient]]


@pytest.mark.parametrize(("failures", "longest"), [(1, 1.0), (3, 4.0), (7, 60.0), (500, 60.0)])
def test_pauses_grow_to_a_minute_and_are_spread_over_their_half(
    failures: int, longest: float
) -> None:
    pauses = sorted(pause_after(failures) for _ in range(2000))
    assert longest / 2 <= pauses[0]
    assert pauses[-1] <= longest
    tenths = [int((pause / longest - 0.5) * 20) for pause in pauses]
    assert min(tenths.count(tenth) for tenth in range(10)) > 100  # of 200


class Life:
    """An account whose every login fails."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.clock = clock
        self.tries = 0
        log = logging.getLogger()
        self.account = ConnectionSupervisor(
            "anna",
            self._log_in,
            floods=FloodLedger(FloodWaits(database), clock),
            probe=Probe(Observed(clock), clock, log),
            login_slots=asyncio.Semaphore(1),
            changed=lambda: None,
            on_error=lambda error: None,
            let_go=self._let_go,
            clock=clock,
            log=log,
        )

    async def _log_in(self) -> AccountClient:
        self.tries += 1
        raise ConnectionLostError("no route")

    async def _let_go(self) -> None:
        pass

    async def settle(self) -> None:
        for _turn in range(20):
            await asyncio.sleep(0)


@pytest.fixture
async def life(database: Database, clock: ManualClock) -> AsyncIterator[Life]:
    life = Life(database, clock)
    running = asyncio.create_task(life.account.run())
    await life.settle()
    yield life
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_tries_again_when_its_pause_is_over_and_says_until_when(life: Life) -> None:
    connection = life.account.connection
    assert (life.tries, connection.phase) == (1, BotPhase.RETRYING)
    assert connection.trouble is Trouble.TELEGRAM
    assert connection.retry_at is not None
    life.clock.advance(connection.retry_at - life.clock.now() - 0.01)
    await life.settle()
    assert life.tries == 1
    life.clock.advance(0.02)
    await life.settle()
    assert life.tries == 2


async def test_a_wake_cuts_the_pause_to_a_few_seconds(life: Life) -> None:
    for _ in range(12):  # until the pauses are half a minute and more
        life.clock.advance(61)
        await life.settle()
    tries = life.tries
    life.account.wake()
    await life.settle()
    life.clock.advance(5)
    await life.settle()
    assert life.tries == tries + 1

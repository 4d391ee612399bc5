"""A Telegram as far as an outbox knows it."""

import asyncio
from collections.abc import Awaitable

from engine.bots.limits.limits import Limits
from engine.bots.messages.outbox import Outbox
from engine.storage.messages.message import OutgoingMessage
from engine.storage.peer import Peer
from tests.support.clock import ManualClock
from tests.support.stored_samples import said

GROUP = -100


class Telegram:
    """Notes when which text arrived; `faults` come first, `seconds` is what each call takes."""

    def __init__(self, clock: ManualClock, *faults: Exception, seconds: float = 0.0) -> None:
        self._clock = clock
        self._faults = list(faults)
        self._seconds = seconds
        self.calls = 0
        self.tried: list[tuple[Peer, str, int | None, int, bool]] = []
        self.arrived: dict[str, float] = {}
        self.online = asyncio.Event()
        self.online.set()

    async def connected(self) -> "Telegram":
        await self.online.wait()
        return self

    def access_hash(self, chat: int) -> int:
        del chat
        return 77

    async def send_message(
        self,
        peer: Peer,
        text: str,
        *,
        reply_to: int | None,
        random_id: int,
        preview: bool = True,
    ) -> None:
        self.tried.append((peer, text, reply_to, random_id, preview))
        self.calls += 1
        fault = self._faults.pop(0) if self._faults else None
        if self._seconds:
            await self._clock.sleep(self._seconds)
        if fault:
            raise fault
        self.arrived[text] = self._clock.now()


def message(
    clock: ManualClock, text: str, chat: int, account: str = "anna", life: float = 3600.0
) -> OutgoingMessage:
    planned = said(account=account, chat=chat, text=text, at=clock.now())
    return OutgoingMessage(
        account, chat, planned.random_id, text, planned.peer, clock.now(), clock.now() + life
    )


def outbox(telegram: Telegram, limits: Limits, clock: ManualClock) -> Outbox:
    return Outbox(telegram.connected, lambda *_: None, limits, clock)  # type: ignore[arg-type]  # a client as far as an outbox knows


async def play(clock: ManualClock, *work: Awaitable[object]) -> list[object]:
    """Move the clock from one sleeper to the next until all is done; the results."""
    done = asyncio.gather(*work)
    while not done.done():
        for _ in range(20):
            await asyncio.sleep(0)
        if (wake := clock.next_wake) is not None and not done.done():
            clock.advance(wake)
    return done.result()

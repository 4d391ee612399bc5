"""An engine on a local Telegram, and waiting for its bots."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from engine.bots.connection.state import BotPhase, BotState, FleetChanged
from engine.engine import Engine
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot


@asynccontextmanager
async def running_engine(
    telegram: LocalTelegram, bots: list[LocalBot], directory: Path, **settings: object
) -> AsyncIterator[Engine]:
    engine = Engine(load_settings(directory, **(telegram.settings(bots) | settings)))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def until_fleet(
    engine: Engine, reached: Callable[[tuple[BotState, ...]], bool], within: float = 60
) -> None:
    """Wait until the bots' states satisfy `reached`."""
    changed = asyncio.Event()
    leave = engine.subscribe(FleetChanged, lambda _: changed.set())
    try:
        async with asyncio.timeout(within):
            while not reached(engine.snapshot().bots):
                changed.clear()
                await changed.wait()
    finally:
        leave()


def all_online(bots: tuple[BotState, ...]) -> bool:
    return all(bot.phase is BotPhase.ONLINE for bot in bots)

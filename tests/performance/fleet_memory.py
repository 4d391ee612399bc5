"""What a bot costs in memory: 200 in one engine against a process for each."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot
from tests.performance.table import Table

NAME = "fleet-memory"
BOTS = 200
ALONE = 5  # processes of one bot each
WRITES = 20  # messages each bot is written before it is weighed
RATE = 6_000  # messages a minute, over all people
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class _Weight:
    """Memory of a process in MiB."""

    pss: float  # its share of what it shares, and its own
    own: float  # what nobody else has


@asynccontextmanager
async def _engine(
    telegram: LocalTelegram, bots: Sequence[LocalBot], directory: Path
) -> AsyncIterator[psutil.Process]:
    """A headless engine as an operator runs it; its settings in its file, not in its arguments."""
    directory.mkdir(parents=True)
    lines = (f"{name}={value}" for name, value in telegram.settings(bots).items())
    (directory / "gavatcore.env").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desktop", "run", f"--data-dir={directory}",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield psutil.Process(process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _weigh(process: psutil.Process) -> _Weight:
    found = process.memory_full_info()
    return _Weight(found.pss / _MIB, found.uss / _MIB)


async def _busy(telegram: LocalTelegram, bots: int) -> None:
    """Wait until all are online and have been written to."""
    before = await telegram.ledger_summary()
    await telegram.wait_for("listening", bots, within=120)
    await telegram.set_rate(RATE)
    await telegram.wait_for("answered", before.answered + bots * WRITES, within=240)
    await telegram.set_rate(0)


async def _together(place: Path, count: int) -> _Weight:
    async with (
        await LocalTelegram.start(place / "telegram", bots=count, people=2 * count) as telegram,
        _engine(telegram, telegram.bots, place / "data") as process,
    ):
        await _busy(telegram, count)
        return _weigh(process)


async def _apart(place: Path) -> list[_Weight]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(
            await LocalTelegram.start(place / "telegram", bots=ALONE, people=2 * ALONE)
        )
        processes = [
            await stack.enter_async_context(_engine(telegram, [bot], place / str(bot.id)))
            for bot in telegram.bots
        ]
        await _busy(telegram, ALONE)
        return [_weigh(process) for process in processes]


async def _run(place: Path) -> tuple[_Weight, _Weight, list[_Weight]]:
    one = await _together(place / "one", 1)
    return one, await _together(place / "all", BOTS), await _apart(place / "apart")


def run() -> Table:
    with tempfile.TemporaryDirectory() as directory:
        one, together, apart = asyncio.run(_run(Path(directory)))
    own = sum(weight.own for weight in apart) / ALONE
    shared = sum(weight.pss - weight.own for weight in apart)  # once, however many share it
    all_apart = BOTS * own + shared
    added = (together.own - one.own) / (BOTS - 1) * 1024
    return Table(
        f"Memory of {BOTS} bots",
        ("", "PSS MiB", "ratio"),
        (
            (f"{BOTS} in one engine", f"{together.pss:,.0f}", "1"),
            (
                f"{BOTS} processes of one bot",
                f"{all_apart:,.0f}",
                f"{all_apart / together.pss:.0f}",
            ),
        ),
        f"After about {WRITES} answers a bot. {ALONE} processes of one bot were measured: "
        f"{own:.1f} MiB of their own each and {shared:.0f} MiB they share, which is counted once. "
        f"Each further bot in one engine adds {added:,.0f} KiB.",
    )

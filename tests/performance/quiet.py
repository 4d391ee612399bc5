"""200 quiet bots for three minutes: how long anything held the loop."""

import asyncio
import tempfile
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.fleet import Contender
from tests.performance.table import Table

NAME = "quiet"
BOTS = 200
SETTLE = 20.0  # s after the last login
SECONDS = 180.0


async def _run(place: Path) -> dict[str, float]:
    async with await LocalTelegram.start(place / "telegram", bots=BOTS) as telegram:
        contender = await Contender.start("engine", place / "data", telegram)
        await asyncio.sleep(SETTLE)
        await contender.tell("watch")
        await asyncio.sleep(SECONDS)
        await contender.tell("end")
        figures = await contender.hear()
        await contender.end()
    return figures


def run() -> Table:
    with tempfile.TemporaryDirectory() as directory:
        figures = asyncio.run(_run(Path(directory)))
    return Table(
        f"{BOTS} quiet bots for {SECONDS / 60:.0f} minutes",
        ("", ""),
        (
            ("longest stall of the loop, ms", f"{figures['longest_ms']:.1f}"),
            ("stalls over 10 ms", f"{figures['over_10_ms']:.0f}"),
        ),
        f"The engine in the Qt loop, looked at every 5 ms from {SETTLE:.0f} s after the last "
        "login; whatever else the machine does is in it.",
    )

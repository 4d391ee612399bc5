"""CPU of an answered message by part: the whole engine in the Qt loop, under a profiler."""

import asyncio
import tempfile
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.fleet import Contender
from tests.performance.parts import PARTS
from tests.performance.table import Table

NAME = "path"
_BOTS = 50
_PER_SECOND = 125  # messages, as many for each bot as in the fleet benchmark
_SECONDS = 10.0


async def _measure(
    how: str, directory: Path, telegram: LocalTelegram
) -> tuple[int, dict[str, float]]:
    """Answers, and what the contender measured meanwhile, in seconds of CPU."""
    contender = await Contender.start("engine", directory, telegram)
    await telegram.set_rate(_PER_SECOND * 60)
    await asyncio.sleep(2)  # until the flow is even
    before = await telegram.ledger_summary()
    await contender.tell(how)
    await contender.hear()
    await asyncio.sleep(_SECONDS)
    after = await telegram.ledger_summary()
    await contender.tell("end")
    figures = await contender.hear()
    await telegram.set_rate(0)
    await contender.end()
    return after.answered - before.answered, figures


async def _run() -> tuple[float, float, dict[str, float]]:
    """CPU of an answer without the profiler: of all threads and of the loop's; the profile."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        async with await LocalTelegram.start(
            place / "telegram", bots=_BOTS, people=2 * _BOTS
        ) as telegram:
            answers, plain = await _measure("begin", place / "engine", telegram)
            _, profiled = await _measure("profile", place / "engine", telegram)
    return plain["cpu"] / answers, plain["loop_cpu"] / answers, profiled


def run() -> Table:
    every, loop, profiled = asyncio.run(_run())
    seconds = {part: profiled.get(part, 0.0) for part in PARTS}
    total = sum(seconds.values())
    rows = [
        (part, f"{loop * spent / total * 1e6:,.0f}", f"{100 * loop / every * spent / total:.0f}")
        for part, spent in sorted(seconds.items(), key=lambda item: -item[1])
    ]
    threads = every - loop
    rows.append(("other threads: SQLite", f"{threads * 1e6:,.0f}", f"{100 * threads / every:.0f}"))
    rows.append(("all", f"{every * 1e6:,.0f}", "100"))
    return Table(
        "CPU of an answered message, by part",
        ("part", "µs", "%"),
        tuple(rows),
        f"{_BOTS} bots, {_PER_SECOND} messages a second in direct chats, everything stored; what "
        "the libraries and the interpreter do counts for the part that called them. The µs are "
        "those of a run without the profiler, shared out as the profile (of CPU time) says; a "
        "profiler makes many small calls look dearer than few large ones.",
    )

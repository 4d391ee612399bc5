"""Fifty stops in a row, in every state the application can be told to stop in."""

import asyncio
import itertools
import statistics
import tempfile
from collections import Counter
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.table import Table
from tests.support.desktop_process import Ended
from tests.support.screen import new_screen
from tests.support.stopping import BOTS, STATES, Place, stop_in

NAME = "stops"
STOPS = 50


async def _stop_fifty_times(directory: Path) -> dict[str, list[Ended]]:
    found: dict[str, list[Ended]] = {state: [] for state in STATES}
    async with new_screen(directory / "screen") as screen:
        await screen.start_tray()
        for number, state in enumerate(itertools.islice(itertools.cycle(STATES), STOPS)):
            there = directory / str(number)
            async with await LocalTelegram.start(
                there / "telegram", bots=BOTS, people=BOTS
            ) as telegram:
                place = Place(screen, telegram, there / "data")
                found[state].append(await stop_in(STATES[state], place))
    return found


def _row(state: str, stops: list[Ended]) -> tuple[str, ...]:
    statuses = Counter(stop.status for stop in stops)
    return (
        state,
        str(len(stops)),
        ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items())),
        f"{statistics.median(stop.seconds for stop in stops):.2f}",
        f"{max(stop.seconds for stop in stops):.2f}",
        str(sum(len(stop.stderr.splitlines()) for stop in stops)),
    )


def run() -> Table:
    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(_stop_fifty_times(Path(directory)))
    rows = [_row(state, stops) for state, stops in found.items()]
    rows.append(_row("all", list(itertools.chain(*found.values()))))
    return Table(
        f"{STOPS} stops in a row",
        ("state", "stops", "exit status", "s, p50", "s, longest", "lines on stderr"),
        tuple(rows),
        f"A fresh process each on one screen with a tray, {BOTS} bots, told by SIGTERM; busy: "
        "people write 600 messages a minute.",
    )

"""How long a start takes step by step, and which imports the milliseconds and megabytes go to."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.performance.peers import PEERS, install, open_peer
from tests.performance.table import Table
from tests.support.desktop_process import alone, desktop_process
from tests.support.screen import new_screen

NAME = "startup"
STARTS = 10
PEER_STARTS = 3
STEPS = ("tray_ready", "window_painted", "charts_painted", "engine_running")
GOALS = {"tray_ready": "200", "window_painted": "300"}  # ms

# One on top of the other, in the order a start meets them.
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("command line", ("desktop.__main__", "desktop.shell.display", "desktop.options")),
    ("asyncio", ("asyncio",)),
    ("PySide6", ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets")),
    ("qasync and the loop", ("desktop.event_loop.loop",)),
    ("desktop, tray", ("desktop.app",)),
    ("desktop, window", ("desktop.window",)),
    ("numpy", ("numpy",)),
    ("pyqtgraph", ("desktop.charts.plot",)),
    ("settings", ("engine.settings",)),
    ("Telethon", ("telethon",)),
    ("engine", ("engine.engine", "engine.demo.run_report", "engine.telemetry.logs")),
    ("D-Bus", ("dbus_fast.aio",)),
)

_IMPORTS = """
import json, sys, time
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
found = [(time.process_time() * 1000, resident() / 2**20)]
for names in json.loads(sys.argv[1]):
    began, before = time.process_time(), resident()
    for name in names:
        __import__(name)
    found.append(((time.process_time() - began) * 1000, (resident() - before) / 2**20))
print(json.dumps(found))
"""


async def _start(directory: Path, environment: dict[str, str]) -> dict[str, float]:
    report = directory / "report.json"
    async with desktop_process(
        f"--data-dir={directory / 'data'}",
        "--exit-after=3",
        f"--report={report}",
        environment=environment | alone(),
    ) as process:
        ended = await process.ended()
    if ended.status != 0:
        raise RuntimeError(ended.stderr)
    figures: dict[str, float] = json.loads(report.read_bytes())["startup_ms"]
    return figures


async def _starts(directory: Path) -> list[tuple[str, list[dict[str, float]]]]:
    async with new_screen(directory / "screen") as screen:
        await screen.start_tray()
        places = {
            "Xvfb, window manager, tray": screen.environment,
            "offscreen": os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in places}
        for _ in range(STARTS):
            for name, environment in places.items():
                found[name].append(await _start(directory, environment))
    return list(found.items())


def _import_costs() -> list[tuple[float, float]]:
    """CPU milliseconds and resident MiB: the interpreter alone, then each group; best of three."""
    command = [sys.executable, "-c", _IMPORTS, json.dumps([names for _, names in _GROUPS])]
    runs: list[list[tuple[float, float]]] = [
        json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(3)
    ]
    return [min(tuple(costs) for costs in group) for group in zip(*runs, strict=True)]


async def _peer_starts(directory: Path) -> list[tuple[str, ...]]:
    """Return how long each peer's window takes to be there, in ms."""
    rows: list[tuple[str, ...]] = []
    async with new_screen(directory / "peers") as screen:
        for peer in PEERS:
            found = []
            for number in range(PEER_STARTS):
                began = time.monotonic()
                async with open_peer(screen, peer, directory / f"{peer.name}-{number}"):
                    found.append((time.monotonic() - began) * 1000)
            median = f"{statistics.median(found):.0f}"
            rows.append((f"{peer.name}: its window is there", median, f"{min(found):.0f}", "", ""))
    return rows


def run(*, peers: bool = False) -> Table:
    if peers:
        install()
    with tempfile.TemporaryDirectory() as directory:
        starts = asyncio.run(_starts(Path(directory)))
        beside = asyncio.run(_peer_starts(Path(directory))) if peers else []
    rows: list[tuple[str, ...]] = [
        (
            f"{step}, {place}",
            f"{statistics.median(figures[step] for figures in found):.0f}",
            f"{min(figures[step] for figures in found):.0f}",
            "",
            GOALS.get(step, ""),
        )
        for place, found in starts
        for step in STEPS
    ]
    names = ("import: the interpreter", *(f"import: {name}" for name, _ in _GROUPS))
    rows += [
        (name, "", f"{milliseconds:.0f}", f"{mebibytes:.1f}", "")
        for name, (milliseconds, mebibytes) in zip(names, _import_costs(), strict=True)
    ]
    rows += beside
    return Table(
        "Start-up",
        ("step or import", "ms, median", "ms, best", "MiB", "goal"),
        tuple(rows),
        f"Steps: from the start of the process, {STARTS} fresh starts each, files in the page "
        "cache, no bots. Imports: CPU time and resident set, each on top of the last, best of 3.",
    )

"""What the program weighs by state, and what a provider, the encoder and a bot add to that.

`--peers` puts others beside it.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.peers import PEERS, install, open_peer
from tests.performance.table import Table
from tests.support.desktop_process import desktop_process, leading_to
from tests.support.screen import Screen, new_screen
from tests.support.waiting import until

NAME = "memory"
BOTS = 20
FEW = 2
SETTLE = 10.0  # s after the last login
RUNS = 3

# Prints the PSS of a fresh process before and after, in KiB.
_WEIGH = """
import asyncio, pathlib, sys
import engine.engine
def pss():
    with open("/proc/self/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))

before = pss()
{use}
print(before, pss())
"""
_PROVIDER = """
from engine.clock import SystemClock
from engine.replies.providers.http.clients import http_clients
from tests.support.servers.gateways import keys, provider
make = http_clients(keys(pathlib.Path(sys.argv[1]), {"one": "k"}), lambda: True, SystemClock())
client = make(provider("one"))
"""
_ENCODER = """
from engine.replies.memory.encoder import Encoder
encoder = Encoder(pathlib.Path(sys.argv[1]))
asyncio.run(encoder.encode(["I have two cats.", "Yarın işe gitmeyeceğim."]))
"""


def _pss(pid: int) -> float:
    """Return the proportional set size in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@asynccontextmanager
async def _headless(directory: Path, environment: dict[str, str]) -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desktop", "run", f"--data-dir={directory}",
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _on_screen(
    screen: Screen, directory: Path, environment: dict[str, str], *arguments: str
) -> AsyncIterator[int]:
    async with desktop_process(
        f"--data-dir={directory}", *arguments, environment=screen.environment | environment
    ) as process:
        await until(screen.tray_icon, "the icon")
        yield process.pid
        await process.stop()


async def _states(screen: Screen, place: Path) -> dict[str, float]:
    async with await LocalTelegram.start(place / "telegram", bots=BOTS) as telegram:
        all_bots = leading_to(telegram)
        few = leading_to(telegram, list(telegram.bots[:FEW]))
        starts = {
            "headless": (_headless(place / "headless", all_bots), BOTS),
            "few": (_headless(place / "few", few), FEW),
            "tray": (_on_screen(screen, place / "tray", all_bots, "--hidden"), BOTS),
            "window": (_on_screen(screen, place / "window", all_bots), BOTS),
        }
        found = {}
        for name, (start, bots) in starts.items():
            async with start as pid:
                await telegram.wait_for("listening", bots, within=60)
                await asyncio.sleep(SETTLE)
                found[name] = _pss(pid)
    return found


async def _peers(screen: Screen, place: Path) -> dict[str, float]:
    found = {}
    for peer in PEERS:
        async with open_peer(screen, peer, place / peer.name) as pid:
            await asyncio.sleep(SETTLE)
            found[peer.name] = _pss(pid)
    return found


async def _run(place: Path, *, peers: bool) -> tuple[list[dict[str, float]], dict[str, float]]:
    async with new_screen(place / "screen") as screen:
        await screen.start_tray()
        runs = [await _states(screen, place / str(number)) for number in range(RUNS)]
        return runs, await _peers(screen, place) if peers else {}


def _added(use: str) -> float:
    """Return the MiB that `use` adds to a process with the engine imported; least of three."""
    found = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as directory:
            done = subprocess.run(
                [sys.executable, "-c", _WEIGH.replace("{use}", use), directory],
                stdout=subprocess.PIPE, check=True,
            )  # fmt: skip
        before, after = map(int, done.stdout.split())
        found.append((after - before) / 1024)
    return min(found)


def run(*, peers: bool = False) -> Table:
    if peers:
        install()
    with tempfile.TemporaryDirectory() as directory:
        runs, others = asyncio.run(_run(Path(directory), peers=peers))
    median = {name: statistics.median(one[name] for one in runs) for name in runs[0]}
    a_bot = (median["headless"] - median["few"]) / (BOTS - FEW) * 1024
    rows = [
        (f"{BOTS} quiet bots, headless", f"{median['headless']:.0f}", "75"),
        (f"{BOTS} quiet bots, tray icon only", f"{median['tray']:.0f}", "110"),
        (f"{BOTS} quiet bots, window open", f"{median['window']:.0f}", "150"),
        ("more with one provider in use", f"{_added(_PROVIDER):.0f}", "15"),
        ("more with the encoder in use", f"{_added(_ENCODER):.0f}", "60"),
        ("more with each bot", f"{a_bot / 1024:.2f}", ""),
        *((f"{name}, window open", f"{pss:.0f}", "") for name, pss in others.items()),
    ]
    return Table(
        "Memory",
        ("", "PSS MiB", "goal"),
        tuple(rows),
        f"By state: median of {RUNS} fresh starts, {SETTLE:.0f} s after the last login, under Xvfb "
        "with a window manager and a tray; nobody writes. Added: least of three fresh processes "
        "with the engine imported. What other processes share (libraries, the local Telegram's "
        "Python) weighs less, so that nothing else of ours should run beside it.",
    )

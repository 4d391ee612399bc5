"""What doing nothing costs: CPU, wake-ups and memory by state; `--peers` puts others beside it."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.peers import PEERS, install, open_peer
from tests.performance.table import Table
from tests.support.desktop_process import alone, desktop_process, leading_to
from tests.support.idleness import Idleness, idleness
from tests.support.screen import Screen, new_screen
from tests.support.waiting import until

NAME = "idle"
BOTS = 20
SETTLE = 10.0  # s after the last login
SECONDS = 40.0


@asynccontextmanager
async def _headless(directory: Path, environment: dict[str, str]) -> AsyncIterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "run", f"--data-dir={directory}"],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


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


async def _settled(pid: int) -> Idleness:
    await asyncio.sleep(SETTLE)
    return await idleness(pid, SECONDS)


async def _ours(screen: Screen, place: Path) -> AsyncIterator[tuple[str, Idleness]]:
    async with _headless(place / "none", alone()) as pid:
        yield "headless, no bots", await _settled(pid)
    async with await LocalTelegram.start(place / "telegram", bots=BOTS) as telegram:
        leading = leading_to(telegram)
        starts = {
            f"headless, {BOTS} bots": _headless(place / "headless", leading),
            f"tray icon only, {BOTS} bots": _on_screen(screen, place / "tray", leading, "--hidden"),
            f"window open, {BOTS} bots": _on_screen(screen, place / "window", leading),
        }
        for name, start in starts.items():
            async with start as pid:
                await telegram.wait_for("listening", BOTS, within=60)
                yield name, await _settled(pid)


async def _peers(screen: Screen, place: Path) -> AsyncIterator[tuple[str, Idleness]]:
    for peer in PEERS:
        async with open_peer(screen, peer, place / peer.name) as pid:
            yield f"{peer.name}, window open", await _settled(pid)


async def _run(place: Path, *, peers: bool) -> list[tuple[str, ...]]:
    async with new_screen(place / "screen") as screen:
        await screen.start_tray()
        found = [one async for one in _ours(screen, place)]
        if peers:
            found += [one async for one in _peers(screen, place)]
    return [
        (name, f"{one.cpu_percent:.2f}", f"{one.wakeups:.1f}", f"{one.pss:.0f}")
        for name, one in found
    ]


def run(*, peers: bool = False) -> Table:
    if peers:
        install()
    with tempfile.TemporaryDirectory() as directory:
        rows = asyncio.run(_run(Path(directory), peers=peers))
    return Table(
        "Doing nothing",
        ("", "CPU of one core, %", "wake-ups a second", "PSS MiB"),
        tuple(rows),
        f"Over {SECONDS:.0f} s, from {SETTLE:.0f} s after the last login, under Xvfb with a window "
        "manager and a tray; nobody writes. A wake-up is a voluntary context switch of any thread.",
    )

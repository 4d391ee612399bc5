"""What 20 quiet bots cost: CPU and memory with the window open, and with only the tray icon."""

import asyncio
import tempfile
import time
from pathlib import Path

import psutil

from engine.simulator.client import LocalTelegram
from tests.performance.table import Table
from tests.support.desktop_process import DesktopProcess, desktop_process, leading_to
from tests.support.screen import Screen, new_screen
from tests.support.waiting import until

NAME = "idle"
BOTS = 20
SETTLE = 10.0  # s after the last login
SECONDS = 40.0


async def _measure(process: DesktopProcess) -> tuple[float, float, float]:
    """Percent of one core over SECONDS; resident and proportional set in MiB."""
    application = psutil.Process(process.pid)
    await asyncio.sleep(SETTLE)
    before, began = application.cpu_times(), time.monotonic()
    await asyncio.sleep(SECONDS)
    after, elapsed = application.cpu_times(), time.monotonic() - began
    used = after.user + after.system - before.user - before.system
    memory = application.memory_full_info()
    return used / elapsed * 100, memory.rss / 2**20, memory.pss / 2**20


async def _run_beside(
    screen: Screen, telegram: LocalTelegram, directory: Path, *arguments: str
) -> tuple[float, float, float]:
    async with desktop_process(
        f"--data-dir={directory}",
        *arguments,
        environment=screen.environment | leading_to(telegram),
    ) as process:
        await until(screen.tray_icon, "the icon")
        await telegram.wait_for("listening", BOTS, within=60)
        figures = await _measure(process)
        await process.stop()
    return figures


async def _run(directory: Path) -> list[tuple[str, ...]]:
    async with (
        new_screen(directory / "screen") as screen,
        await LocalTelegram.start(directory / "telegram", bots=BOTS) as telegram,
    ):
        await screen.start_tray()
        rows: list[tuple[str, ...]] = []
        for name, arguments in (("window open", ()), ("tray icon only", ("--hidden",))):
            place = directory / name.replace(" ", "-")
            cpu, rss, pss = await _run_beside(screen, telegram, place, *arguments)
            rows.append((name, f"{cpu:.2f}", f"{rss:.0f}", f"{pss:.0f}"))
    return rows


def run() -> Table:
    with tempfile.TemporaryDirectory() as directory:
        rows = asyncio.run(_run(Path(directory)))
    return Table(
        f"{BOTS} quiet bots",
        ("", "CPU of one core, %", "RSS MiB", "PSS MiB"),
        tuple(rows),
        f"CPU time over {SECONDS:.0f} s at one tick a second, from {SETTLE:.0f} s after the last "
        "login, under Xvfb with a window manager and a tray; nobody writes.",
    )

"""Brings the application into a state, tells it to stop, and says how that went."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.support.desktop_process import DesktopProcess, Ended, desktop_process, leading_to
from tests.support.screen import Screen
from tests.support.waiting import until

Running = contextlib.AbstractAsyncContextManager[DesktopProcess]

BOTS = 5
RATE = 600.0  # messages a minute that people write to a busy fleet
LONGEST = 5.0  # s

_BLACK_HOLE = 60.0  # s: for longer than any stop


@dataclass(frozen=True, slots=True)
class Place:
    """Where one start and stop happens."""

    screen: Screen  # with a tray
    telegram: LocalTelegram
    directory: Path  # the application's data, of this start alone

    def application(self, *arguments: str) -> Running:
        """A start of `gavatcore` with these arguments."""
        return desktop_process(
            *arguments,
            f"--data-dir={self.directory}",
            environment=self.screen.environment | leading_to(self.telegram),
        )

    async def all_online(self) -> None:
        """Wait for this start's logins."""
        await self.telegram.wait_for("listening", BOTS)

    async def answering(self) -> None:
        """Have people write, and wait until some of it is answered."""
        answered = (await self.telegram.ledger_summary()).answered
        await self.telegram.set_rate(RATE)
        await self.telegram.wait_for("answered", answered + BOTS)


State = Callable[[Place], Running]


@asynccontextmanager
async def _idle(place: Place) -> AsyncIterator[DesktopProcess]:
    async with place.application() as process:
        await until(place.screen.window, "the window")
        await place.all_online()
        yield process


@asynccontextmanager
async def _hidden(place: Place) -> AsyncIterator[DesktopProcess]:
    async with place.application("--hidden") as process:
        await until(place.screen.tray_icon, "the icon")
        await place.all_online()
        yield process


@asynccontextmanager
async def _busy(place: Place) -> AsyncIterator[DesktopProcess]:
    async with _idle(place) as process:
        await place.answering()
        yield process


@asynccontextmanager
async def _black_holed(place: Place) -> AsyncIterator[DesktopProcess]:
    async with _busy(place) as process:
        await place.telegram.black_hole(_BLACK_HOLE)
        yield process


@asynccontextmanager
async def _dialog_open(place: Place) -> AsyncIterator[DesktopProcess]:
    async with _busy(place) as process:
        window = await until(place.screen.window, "the window")
        await until(lambda: place.screen.active() == window.id, "the window in front")
        place.screen.press("alt+l")
        await until(lambda: place.screen.window("Session locks"), "the dialog")
        yield process


@asynccontextmanager
async def _logging_in(place: Place) -> AsyncIterator[DesktopProcess]:
    before = (await place.telegram.ledger_summary()).connections
    async with place.application() as process:
        await place.telegram.wait_for("connections", before + 2)
        yield process


@asynccontextmanager
async def _showing_its_icon(place: Place) -> AsyncIterator[DesktopProcess]:
    async with place.application() as process:
        await until(place.screen.tray_icon, "the icon")
        yield process


@asynccontextmanager
async def _importing(place: Place) -> AsyncIterator[DesktopProcess]:
    async with place.application() as process:
        await until(lambda: process.has_loaded("libQt6Core"), "Qt being loaded")
        yield process


@asynccontextmanager
async def _headless(place: Place) -> AsyncIterator[DesktopProcess]:
    async with place.application("run") as process:
        await place.all_online()
        await place.answering()
        yield process


STATES: dict[str, State] = {
    "idle": _idle,
    "hidden in the tray": _hidden,
    "busy": _busy,
    "network black-holed": _black_holed,
    "dialog open": _dialog_open,
    "logging in": _logging_in,
    "icon just shown": _showing_its_icon,
    "importing Qt": _importing,
    "headless, busy": _headless,
}


async def stop_in(state: State, place: Place) -> Ended:
    """One start, and one stop (SIGTERM) in this state."""
    try:
        async with state(place) as process:
            return await process.stop()
    finally:
        await place.telegram.set_rate(0)
        await place.telegram.end_black_hole()

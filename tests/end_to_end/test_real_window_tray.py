"""A hidden window stays within reach as the host of the tray comes and goes."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.desktop_process import DesktopProcess, alone, desktop_process
from tests.support.screen import Screen, new_screen
from tests.support.waiting import until, until_answered

LONG, SHORT = "60", "0.3"  # s


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with new_screen(tmp_path / "screen") as screen:
        yield screen


@asynccontextmanager
async def hidden_desktop(
    screen: Screen, directory: Path, *, comes: str = LONG, returns: str = LONG
) -> AsyncIterator[DesktopProcess]:
    """Started with --hidden, and its loop runs."""
    patience = {"HOST_COMES": comes, "HOST_RETURNS": returns}
    async with desktop_process(
        f"--data-dir={directory}",
        "--hidden",
        environment=screen.environment | alone() | patience,
        module="tests.end_to_end.impatient_desktop",
    ) as process:
        await until_answered(lambda: engine_is_up(process), "the engine behind it")
        yield process


async def engine_is_up(process: DesktopProcess) -> bool:
    return (await process.ask())["engine"] is not None


async def test_a_hidden_start_waits_for_a_tray_that_comes_with_the_session(
    screen: Screen, tmp_path: Path
) -> None:
    async with hidden_desktop(screen, tmp_path / "data") as process:
        assert screen.window() is None
        await screen.start_tray()
        icon = await until(screen.tray_icon, "the icon in the late tray")
        assert screen.window() is None
        screen.click(icon.left)
        await until(screen.window, "the window after a click on the icon")
        ended = await process.stop()
    assert (ended.status, ended.stderr) == (0, "")


async def test_the_icon_reaches_a_host_of_the_newer_kind_that_comes_late(
    screen: Screen, tmp_path: Path
) -> None:
    icons = tmp_path / "icons"
    async with hidden_desktop(screen, tmp_path / "data"):
        screen.furnish(sys.executable, "-m", "tests.end_to_end.status_notifier", str(icons))
        await until(icons.exists, "the icon registered")
        assert screen.window() is None


async def test_a_hidden_start_shows_the_window_where_no_tray_comes(
    screen: Screen, tmp_path: Path
) -> None:
    async with hidden_desktop(screen, tmp_path / "data", comes=SHORT):
        await until(screen.window, "the window")


async def test_a_tray_that_ends_for_good_brings_the_hidden_window_back_with_a_word(
    screen: Screen, tmp_path: Path
) -> None:
    await screen.start_tray()
    async with hidden_desktop(screen, tmp_path / "data", returns=SHORT) as process:
        await until(screen.tray_icon, "the icon")
        screen.remove("tint2")
        await until(screen.window, "the window")
        notice = (await process.ask())["notice"]
        assert notice is not None
        assert notice.startswith("The tray is gone")


async def test_a_tray_that_is_restarted_finds_the_window_hidden_still(
    screen: Screen, tmp_path: Path
) -> None:
    await screen.start_tray()
    async with hidden_desktop(screen, tmp_path / "data") as process:
        await until(screen.tray_icon, "the icon")
        screen.remove("tint2")
        await until(lambda: screen.tray_icon() is None, "no icon")
        await screen.start_tray()
        await until(screen.tray_icon, "the icon in the new tray")
        assert screen.window() is None
        assert process.running

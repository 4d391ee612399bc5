"""What keeps the window or its engine from starting is said on the screen, and can be mended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desktop_process import DesktopProcess, alone, desktop_process
from tests.support.screen import SIZE, Screen, new_screen
from tests.support.waiting import until, until_answered

SCALE = 1.5


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with new_screen(tmp_path / "screen") as screen:
        yield screen


async def test_a_directory_that_cannot_be_used_is_said_in_a_dialog(
    screen: Screen, tmp_path: Path
) -> None:
    (tmp_path / "data").touch()
    async with desktop_process(
        f"--data-dir={tmp_path / 'data'}", environment=screen.environment
    ) as process:
        await screen.close(await until(screen.window, "the dialog"))
        ended = await process.ended()
    assert ended.status == 2
    assert ended.stderr == (
        f"gavatcore: The data directory {tmp_path / 'data'} cannot be used: Not a directory.\n"
    )


@pytest.mark.parametrize("platform", ["nonsense", "wayland"])
async def test_a_platform_qt_cannot_use_ends_in_a_sentence(
    screen: Screen, tmp_path: Path, platform: str
) -> None:
    async with desktop_process(
        f"--data-dir={tmp_path / 'data'}",
        "--exit-after=0.2",
        environment=screen.environment | {"QT_QPA_PLATFORM": platform},
    ) as process:
        ended = await process.ended()
    assert ended.status == 2
    assert ended.stderr.startswith(f"gavatcore: Qt cannot open a window here ({platform}).")
    assert ended.stderr.count("\n") == 1


async def test_a_failed_start_is_tried_again_once_it_is_mended(
    screen: Screen, tmp_path: Path
) -> None:
    persona = tmp_path / "data" / "personas" / "mine.toml"
    persona.parent.mkdir(parents=True)
    persona.write_text("{ nothing that can be read")
    async with desktop_process(
        f"--data-dir={tmp_path / 'data'}",
        environment=screen.environment | alone(),
        module="tests.end_to_end.observed_desktop",
    ) as process:
        window = await until(screen.window, "the window")
        await until(lambda: screen.active() == window.id, "the window in front")
        told = await _failed(process)
        assert "mine.toml" in told["failure"]
        persona.unlink()
        screen.click(told["buttons"]["Try again"]["at"])
        await until_answered(lambda: _is_up(process), "the engine")
        assert (await process.ask())["failure"] is None
        ended = await process.stop()
    assert ended.status == 0
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_at_one_and_a_half_times_its_size_the_window_fits_a_small_screen(
    screen: Screen, tmp_path: Path, language: str
) -> None:
    scaled = {"QT_SCALE_FACTOR": str(SCALE), "LANGUAGE": language}
    async with desktop_process(
        f"--data-dir={tmp_path / 'data'}",
        environment=screen.environment | alone() | scaled,
        module="tests.end_to_end.observed_desktop",
    ) as process:
        window = await until(screen.window, "the window")
        left, right, top, bottom = screen.frame_of(window)
        assert window.width + left + right <= SIZE[0]
        assert window.height + top + bottom <= SIZE[1]
        buttons = (await process.ask())["buttons"].values()
        assert len(buttons) > 6
        for button in buttons:
            x, y = (SCALE * part for part in button["at"])
            assert window.x < x < window.x + window.width
            assert window.y < y < window.y + window.height


async def _failed(process: DesktopProcess) -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    await until_answered(lambda: _has_failed(process), "word of the failure")
    return await process.ask()


async def _has_failed(process: DesktopProcess) -> bool:
    return (await process.ask())["failure"] is not None


async def _is_up(process: DesktopProcess) -> bool:
    return (await process.ask())["engine"] is not None

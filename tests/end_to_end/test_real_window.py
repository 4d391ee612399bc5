"""The application on a real screen, as a process of its own among the desktop's other programs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot
from tests.end_to_end.notification_recorder import NotificationRecorder, recorded_notifications
from tests.support.desktop_process import alone, desktop_process, leading_to
from tests.support.screen import Screen, XWindow, new_screen
from tests.support.waiting import until, until_answered

WRONG = LocalBot(999, "Nobody", "nobody_bot", "999:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
GOES_ON = "Gavatcore goes on in the tray"


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with new_screen(tmp_path / "screen") as screen:
        yield screen


@pytest.fixture
async def notifications(screen: Screen) -> AsyncIterator[NotificationRecorder]:
    async with recorded_notifications(screen.environment["DBUS_SESSION_BUS_ADDRESS"]) as recorder:
        yield recorder


@pytest.fixture
def data(tmp_path: Path) -> str:
    """The option that names a fresh data directory."""
    return f"--data-dir={tmp_path / 'data'}"


async def test_the_icon_is_in_the_tray_and_a_click_brings_the_window_and_takes_it_away(
    screen: Screen, data: str, tmp_path: Path
) -> None:
    await screen.start_tray()
    async with desktop_process(
        data, "--hidden", environment=screen.environment | alone()
    ) as process:
        icon = await until(screen.tray_icon, "the icon in the tray")
        await until(lambda: _is_drawn(screen, icon, tmp_path / "screen.png"), "the icon drawn")
        assert screen.window() is None
        screen.click(icon.left)
        window = await until(screen.window, "the window after a click on the icon")
        await until(lambda: screen.active() == window.id, "the window in front")
        screen.click(icon.right)  # elsewhere: two clicks on one place are a double click
        await until(lambda: screen.window() is None, "no window after a second click")
        assert (await process.stop()).status == 0
        await until(lambda: screen.tray_icon() is None, "no icon left")


async def test_an_alert_arrives_over_the_session_bus_in_words_and_does_not_outlive_the_program(
    screen: Screen, data: str, notifications: NotificationRecorder, telegram: LocalTelegram
) -> None:
    bots = [await telegram.add_bot("Ada's"), WRONG]
    environment = screen.environment | leading_to(telegram, bots)
    async with desktop_process(data, environment=environment) as process:
        alert = await notifications.arrived("Gavatcore needs a look")
        assert (await process.stop()).status == 0
    number = notifications.notifications.index(alert) + 1
    await until(lambda: notifications.closed == [number], "the alert closed")
    assert "The token is wrong: copy it again from @BotFather." in alert.body
    assert WRONG.token not in alert.body
    assert alert.application == "Gavatcore"
    assert alert.urgency == 1
    assert Path(alert.icon).is_file()


async def test_an_alert_is_shown_by_a_notification_daemon(
    screen: Screen, data: str, telegram: LocalTelegram
) -> None:
    await screen.start_notification_daemon()
    assert screen.popup_of_daemon() is None
    environment = screen.environment | leading_to(telegram, [WRONG])
    async with desktop_process(data, "--hidden", environment=environment):
        await until(screen.popup_of_daemon, "the daemon's bubble")


async def test_with_a_tray_closing_hides_the_window_and_says_so_once(
    screen: Screen, data: str, notifications: NotificationRecorder
) -> None:
    await screen.start_tray()
    async with desktop_process(data, environment=screen.environment | alone()) as process:
        icon = await until(screen.tray_icon, "the icon")
        for place in (icon.left, icon.right):
            await screen.close(await until(screen.window, "the window"))
            await until(lambda: screen.window() is None, "the window hidden")
            screen.click(place)
        await until(screen.window, "the window again")
        await notifications.arrived(GOES_ON)
        assert process.running
        ended = await process.stop()
    assert (ended.status, ended.stderr) == (0, "")
    assert notifications.titled(GOES_ON) == 1
    async with desktop_process(data, environment=screen.environment | alone()):
        icon = await until(screen.tray_icon, "the icon of the next start")
        await screen.close(await until(screen.window, "the window of the next start"))
        await until(lambda: screen.window() is None, "the window hidden again")
        screen.click(icon.left)
        await until(screen.window, "the window once more")
    assert notifications.titled(GOES_ON) == 1


async def test_without_a_tray_and_without_bots_closing_quits(screen: Screen, data: str) -> None:
    async with desktop_process(data, environment=screen.environment | alone()) as process:
        await screen.close(await until(screen.window, "the window"))
        ended = await process.ended()
    assert (ended.status, ended.stderr) == (0, "")


async def test_a_tray_that_comes_late_is_used(screen: Screen, data: str) -> None:
    async with desktop_process(data, environment=screen.environment | alone()) as process:
        window = await until(screen.window, "the window")
        assert screen.tray_icon() is None
        await screen.start_tray()
        await until(screen.tray_icon, "the icon in the late tray")
        # The tray is still moving things about: what it swallows is asked for again.
        await until_answered(lambda: _closed(screen, window), "the window hidden")
        screen.click((await until(screen.tray_icon, "the icon where it came to rest")).left)
        await until(screen.window, "the window brought back")
        assert process.running


async def test_a_second_start_raises_the_first_window_and_ends(screen: Screen, data: str) -> None:
    await screen.start_tray()
    environment = screen.environment | alone()
    async with desktop_process(data, "--hidden", environment=environment) as first:
        await until(screen.tray_icon, "the first one's icon")
        async with desktop_process(data, environment=environment) as second:
            ended = await second.ended()
        window = await until(screen.window, "the first one's window")
        await until(lambda: screen.active() == window.id, "the first one's window in front")
        assert first.running
    assert (ended.status, ended.stderr) == (0, "")
    assert ended.stdout.count("\n") == 1


async def test_a_screenshot_is_the_window_with_its_frame_as_it_stands_on_the_screen(
    screen: Screen, data: str, tmp_path: Path
) -> None:
    file = tmp_path / "window.png"
    async with desktop_process(
        data, f"--screenshot={file}", environment=screen.environment | alone()
    ) as process:
        window = await until(screen.window, "the window")
        await until(lambda: screen.active() == window.id, "the window in front")
        left, right, top, bottom = screen.frame_of(window)
        screen.photograph(tmp_path / "screen.png")
        ended = await process.stop()
    assert (ended.status, ended.stderr) == (0, "")
    taken = QImage(str(file))
    size = window.width + left + right, window.height + top + bottom
    assert (taken.width(), taken.height()) == size
    on_screen = QImage(str(tmp_path / "screen.png")).copy(
        window.x - left, window.y - top, size[0], size[1]
    )
    title_bar = QRect(0, 0, size[0], top)
    assert top > 10
    assert not _of_one_colour(taken.copy(0, top, size[0], size[1] - top - bottom))
    assert _pixels(taken.copy(title_bar)) == _pixels(on_screen.copy(title_bar))


async def test_without_a_display_it_says_what_to_do_in_one_line(data: str, screen: Screen) -> None:
    environment = {
        name: value
        for name, value in screen.environment.items()
        if name not in {"DISPLAY", "QT_QPA_PLATFORM"}
    }
    async with desktop_process(data, environment=environment) as process:
        ended = await process.ended()
    assert ended.status == 2
    assert ended.stderr.count("\n") == 1
    assert "gavatcore run" in ended.stderr


def _pixels(image: QImage) -> bytes:
    """Without what a file says of its colour space, which tells equal pictures apart."""
    return bytes(image.convertToFormat(QImage.Format.Format_RGB32).constBits())


def _of_one_colour(image: QImage) -> bool:
    first = image.pixel(0, 0)
    return all(
        image.pixel(x, y) == first for x in range(image.width()) for y in range(image.height())
    )


def _is_drawn(screen: Screen, window: XWindow, file: Path) -> bool:
    """Whether the screen shows something where `window` is; it is photographed into `file`."""
    screen.photograph(file)
    place = QRect(window.x, window.y, window.width, window.height)
    return not _of_one_colour(QImage(str(file)).copy(place))


async def _closed(screen: Screen, window: XWindow) -> bool:
    if screen.window() is not None:
        await screen.close(window)
    return screen.window() is None

"""The window opens fast, draws only what somebody can see, and closes as the tray allows."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.quit_question import QuitQuestion
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.watch.history import Resolution
from tests.desktop.desk import Desk, lay_desk, show
from tests.desktop.scripted_link import START
from tests.support.alerts import some_alert

ALERT = some_alert(TelegramUnreachable, START)


class Paints(QObject):
    """Counts the paint events of a window and all in it."""

    def __init__(self, app: QApplication, window: QWidget) -> None:
        super().__init__()
        self.count = 0
        self._window = window
        app.installEventFilter(self)

    def settle(self) -> int:
        """Let all that is due be painted; the count then."""
        before = -1
        while before != self.count:
            before = self.count
            for _turn in range(5):
                QApplication.processEvents()
        return self.count

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self.count += watched.window() is self._window
        return False


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    return desk


@pytest.fixture
def paints(qapp: QApplication, desk: Desk) -> Iterator[Paints]:
    paints = Paints(qapp, desk.window)
    yield paints
    qapp.removeEventFilter(paints)


def curves_drawn(desk: Desk) -> int:
    return sum(chart.plot.drawn for chart in desk.overview.charts if chart.plot)


def test_a_seen_window_says_each_tick_and_draws_its_curves_every_other(
    desk: Desk, qtbot: QtBot, paints: Paints
) -> None:
    show(desk, qtbot)
    curves, painted = curves_drawn(desk), paints.settle()
    memory = desk.overview.charts[0]
    said = memory.accessibleName()
    desk.link.tick()
    assert memory.accessibleName() != said
    assert paints.settle() > painted
    assert curves_drawn(desk) == curves
    desk.link.tick()
    assert curves_drawn(desk) == curves + 5


def test_curves_that_would_move_by_less_than_two_pixels_stay(desk: Desk, qtbot: QtBot) -> None:
    desk.link.tick(1200, quiet=True)
    desk.window.resize(800, 600)
    show(desk, qtbot)
    columns = desk.overview.charts[0].plot
    assert columns is not None
    curves = curves_drawn(desk)
    desk.link.tick(30)
    drawn = (curves_drawn(desk) - curves) / 5
    width = columns.columns_in(columns.width())
    assert drawn == pytest.approx(30 / (2 * 900 / width), abs=5)
    assert drawn < 15


@pytest.mark.parametrize("how", ["hide", "showMinimized"])
def test_an_unseen_window_draws_and_asks_nothing_and_catches_up(
    desk: Desk, qtbot: QtBot, paints: Paints, how: str
) -> None:
    show(desk, qtbot)
    getattr(desk.window, how)()
    before = curves_drawn(desk), paints.settle(), desk.link.snapshots
    desk.link.tick(30)
    desk.link.raise_alert(ALERT)
    assert (curves_drawn(desk), paints.settle(), desk.link.snapshots) == before
    desk.window.bring_forward()
    assert desk.window.header.text.startswith("State: Degraded.")
    assert curves_drawn(desk) > before[0]


def test_what_did_not_change_is_not_painted_again(desk: Desk, qtbot: QtBot, paints: Paints) -> None:
    show(desk, qtbot)
    painted = paints.settle()
    desk.window.refresh()
    assert paints.settle() == painted


def test_a_coarse_range_is_drawn_only_when_its_points_make_it_move(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.link.tick(3600, quiet=True)
    show(desk, qtbot)
    buttons = desk.overview.range.findChildren(QWidget)
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert desk.overview.range.resolution is Resolution.TEN_SECONDS
    curves = curves_drawn(desk)
    desk.link.tick(10)  # a point, and less than two pixels
    assert curves_drawn(desk) == curves
    desk.link.tick(30)
    assert curves_drawn(desk) == curves + 2 * 5


def test_an_empty_range_says_when_its_first_point_comes(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.overview.range.findChildren(QWidget)[3].click()  # type: ignore[attr-defined]  # they are buttons
    for chart in desk.overview.charts:
        assert "the first comes at" in chart.empty_text


def test_the_value_under_the_pointer_takes_the_place_of_now(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    chart = desk.overview.charts[0]
    assert "highest" in chart.accessibleName()
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert " at " in chart.accessibleName()
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert "highest" in chart.accessibleName()


def test_the_first_paint_is_told_once_and_the_charts_move_nothing(
    desk: Desk, qtbot: QtBot, paints: Paints
) -> None:
    told: list[str] = []
    places: list[list[object]] = []

    def note_places() -> None:
        places.append([part.geometry() for part in desk.overview.charts])

    desk.window.painted.connect(lambda: told.append("painted"))
    desk.window.painted.connect(note_places)
    desk.window.charts_painted.connect(lambda: told.append("charts"))
    desk.window.charts_painted.connect(note_places)
    show(desk, qtbot)
    desk.window.hide()
    desk.window.show()
    paints.settle()
    note_places()
    assert told == ["painted", "charts"]
    assert places[0] == places[1] == places[2]


def test_the_tray_and_the_first_paint_import_no_charts_and_no_engine_rooms() -> None:
    code = (
        "import sys, desktop.shell.tray, desktop.window, desktop.look.theme,"
        " desktop.shell.notifications, desktop.shell.dbus_notifications,"
        " desktop.shell.single_instance\n"
        "late = 'desktop.charts.plot pyqtgraph numpy psutil msgspec structlog dbus_fast'.split()\n"
        "late.append('telethon')\n"
        "late.append('desktop.pages.replies')  # built when it is first wanted\n"
        "print([name for name in late if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_tray_waits_for_no_import_of_the_window() -> None:
    code = "import sys, desktop.app; print('desktop.window' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_with_a_tray_closing_hides(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    with (
        qtbot.waitSignal(desk.window.hidden_to_tray),
        qtbot.assertNotEmitted(desk.actions.quit_wanted),
    ):
        desk.window.close()
    assert not desk.window.isVisible()


def test_without_a_tray_and_without_bots_closing_quits(qapp: QApplication, qtbot: QtBot) -> None:
    desk = lay_desk(qapp, qtbot, bots=0)
    show(desk, qtbot)
    desk.tray_there = False
    with (
        qtbot.waitSignal(desk.actions.quit_wanted),
        qtbot.assertNotEmitted(desk.window.hidden_to_tray),
    ):
        desk.window.close()


@pytest.mark.parametrize("how_often", [1, 2])
def test_without_a_tray_closing_asks_before_the_bots_end_and_may_minimise_instead(
    desk: Desk, qtbot: QtBot, how_often: int
) -> None:
    show(desk, qtbot)
    desk.tray_there = False
    with qtbot.assertNotEmitted(desk.actions.quit_wanted):
        for _time in range(how_often):
            desk.window.close()
        (question,) = desk.window.findChildren(QuitQuestion)
        assert "20 bots answer nobody" in question.informativeText()
        assert question.defaultButton() is question.minimise
        question.minimise.click()
    assert desk.window.isMinimized()


def test_who_answers_that_they_want_to_quit_quits(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.tray_there = False
    desk.window.close()
    (question,) = desk.window.findChildren(QuitQuestion)
    with qtbot.waitSignal(desk.actions.quit_wanted):
        question.leave.click()


def test_a_tray_that_comes_late_is_used(desk: Desk, qtbot: QtBot) -> None:
    desk.tray_there = False
    show(desk, qtbot)
    desk.tray_there = True
    with qtbot.waitSignal(desk.window.hidden_to_tray):
        desk.window.close()


def test_ctrl_w_closes_and_ctrl_q_quits(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.window.activateWindow()
    with qtbot.waitSignal(desk.actions.quit_wanted):
        QTest.keyClick(desk.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(desk.window.hidden_to_tray):
        QTest.keyClick(desk.window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)


def test_a_stray_space_turns_nothing_on(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.window.activateWindow()
    focused = desk.window.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert desk.link.now.emergency is None


def test_another_theme_reaches_every_part(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    light = desk.window.grab().toImage()
    desk.theme.choose("dark")
    QApplication.processEvents()
    dark = desk.window.grab().toImage()
    points = [(part.x() + 20, part.y() + 4) for part in desk.overview.tiles]
    for x, y in [*points, (5, 5), (500, 500)]:
        assert light.pixelColor(x, y).lightness() > 200
        assert dark.pixelColor(x, y).lightness() < 60


def test_a_window_imports_its_charts_once_it_is_shown_and_painted() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from tests.desktop.desk import new_desk\n"
        "def say(when):\n"
        "    late = ('desktop.charts.plot', 'pyqtgraph', 'numpy')\n"
        "    print(when, *(name in sys.modules for name in late))\n"
        "app = QApplication([])\n"
        "desk = new_desk(app)\n"
        "desk.attach()\n"
        "desk.link.tick(3)\n"
        "app.processEvents()\n"
        "say(desk.window.isVisible())\n"
        "desk.window.painted.connect(lambda: say('painted'))\n"
        "desk.window.charts_painted.connect(lambda: say('charts'))\n"
        "desk.window.show()\n"
        "for _turn in range(10):\n"
        "    app.processEvents()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "False False False False",
        "painted False False False",
        "charts True True True",
    ]

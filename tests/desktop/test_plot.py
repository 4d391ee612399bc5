"""A plot in its view: where the pointer is, what is painted anew, at any size and pixel ratio."""

import math
import os
import subprocess
import sys
from array import array

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget
from pytestqt.qtbot import QtBot

from desktop.charts.axes import LEFT, RIGHT
from desktop.charts.plot import Plot
from desktop.look.theme import Theme
from tests.desktop.desk import Desk, lay_desk, show

_SPAN, _NEWEST = 900.0, 1_763_800_000


def _values(count: int) -> "array[float]":
    """A wave with gaps; the same number has the same value, however many there are."""
    return array(
        "d", (math.nan if n % 50 in (7, 9) else 50 + 40 * math.sin(n / 9) for n in range(count))
    )


class _Shown:
    """A plot of one curve on the screen; remembers what of it was painted."""

    def __init__(self, qapp: QApplication, qtbot: QtBot, width: int = 700) -> None:
        self.theme = Theme(qapp, "light")
        self.pointed: list[float | None] = []
        self.plot = Plot(self.theme, ["accent"], self.pointed.append)
        qtbot.addWidget(self.plot)
        self.plot.resize(width + LEFT + RIGHT, 160)
        (self.view,) = self.plot.findChildren(QGraphicsView)
        self._paints = _Paints(self.view.viewport())

    def draw(self, count: int) -> None:
        self.plot.set_time(_SPAN, [])
        self.plot.set_values(100, [(0.0, "0"), (50.0, "50"), (100.0, "100")], [])
        self.plot.set_limit(0.8)
        self.plot.draw(_NEWEST + count, 1.0, [_values(count)], [100.0])

    def painted(self) -> list[QRect]:
        """The rectangles of the curves that were painted since the last call."""
        for _turn in range(5):
            QApplication.processEvents()
        painted, self._paints.rects = self._paints.rects, []
        return painted

    def picture(self) -> QImage:
        return self.view.grab().toImage()


class _Paints(QObject):
    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.rects: list[QRect] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return False


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot) -> _Shown:
    shown = _Shown(qapp, qtbot)
    shown.draw(600)
    shown.plot.show()
    shown.painted()
    return shown


def _anew(qapp: QApplication, qtbot: QtBot, shown: _Shown, count: int) -> QImage:
    other = _Shown(qapp, qtbot, shown.view.width())
    other.draw(count)
    other.plot.show()
    other.painted()
    return other.picture()


def test_the_pointer_is_at_the_time_of_its_pixel(shown: _Shown) -> None:
    viewport, last = shown.view.viewport(), shown.view.width() - 1
    for x in (0, last // 2, last):
        QTest.mouseMove(viewport, QPoint(x, 20))
        assert shown.pointed[-1] == pytest.approx((x / last - 1) * _SPAN, abs=1e-6)
    QApplication.sendEvent(shown.view, QEvent(QEvent.Type.Leave))
    assert shown.pointed[-1] is None


def test_the_pointers_mark_paints_a_strip_and_nothing_if_it_stays(shown: _Shown) -> None:
    shown.plot.set_pointer(-450.0)
    shown.painted()
    drawn = shown.plot.columns_drawn
    shown.plot.set_pointer(-440.0)
    assert all(rect.width() < 30 for rect in shown.painted())
    shown.plot.set_pointer(-440.0)
    assert shown.painted() == []
    assert shown.plot.columns_drawn == drawn
    place = round((1 - 440 / _SPAN) * (shown.view.width() - 1))
    near = {shown.picture().pixelColor(place + off, 5).name() for off in (-1, 0, 1)}
    assert QColor(shown.theme.colours.quiet).name() in near


def test_the_last_value_and_the_axes_ends_are_in_the_picture(shown: _Shown) -> None:
    picture, colours = shown.picture(), shown.theme.colours
    last = picture.width() - 1
    column = {picture.pixelColor(last, y).name() for y in range(picture.height())}
    assert QColor(colours.accent).name() in column
    assert picture.pixelColor(5, 0).name() == QColor(colours.border).name()
    assert picture.pixelColor(5, 5).name() == QColor(colours.surface).name()


def test_moved_on_or_resized_or_in_another_colour_it_is_as_drawn_anew(
    qapp: QApplication, qtbot: QtBot, shown: _Shown
) -> None:
    drawn = shown.plot.columns_drawn
    for count in range(602, 640, 2):
        shown.draw(count)
        shown.painted()
    assert shown.plot.columns_drawn - drawn < 19 * 12
    assert shown.picture() == _anew(qapp, qtbot, shown, 638)
    shown.plot.resize(500, 130)
    shown.painted()
    shown.plot.resize(860, 160)
    shown.painted()
    assert shown.picture() == _anew(qapp, qtbot, shown, 638)
    shown.theme.choose("dark")
    shown.painted()
    dark = shown.picture()
    assert dark.pixelColor(5, 5).name() == QColor(shown.theme.colours.surface).name()
    assert dark.pixelColor(5, 5).lightness() < 60


def test_what_nobody_sees_is_not_drawn(qapp: QApplication, qtbot: QtBot) -> None:
    hidden = _Shown(qapp, qtbot)
    hidden.draw(600)
    assert hidden.painted() == []
    assert hidden.plot.columns_drawn == 0


def test_the_mouse_over_a_chart_shows_the_values_there(qapp: QApplication, qtbot: QtBot) -> None:
    desk: Desk = lay_desk(qapp, qtbot)
    desk.link.tick(600, quiet=True)
    show(desk, qtbot)
    chart = desk.overview.charts[0]
    (view,) = chart.findChildren(QGraphicsView)
    QTest.mouseMove(view.viewport(), QPoint(view.width() - 20, 20))
    assert " at " in chart.accessibleName()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert "highest" in chart.accessibleName()


_AT_A_RATIO = """
from PySide6.QtWidgets import QApplication
from tests.desktop.test_plot import _Shown
class Bot:
    addWidget = staticmethod(lambda widget: None)
app = QApplication([])
moved, anew = _Shown(app, Bot), _Shown(app, Bot)
for count in range(600, 640, 2):
    moved.draw(count); moved.plot.show(); moved.painted()
anew.draw(638); anew.plot.show(); anew.painted()
assert moved.picture() == anew.picture()
assert moved.plot.columns_drawn < anew.plot.columns_drawn + 19 * 20, moved.plot.columns_drawn
print(moved.picture().devicePixelRatio(), anew.plot.columns_drawn)
"""


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_it_is_sharp_and_moves_on_exactly_at_other_pixel_ratios(ratio: float) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": str(ratio), "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", _AT_A_RATIO],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [str(ratio), str(round(700 * ratio))]

"""The state is told by shape as well as by colour, at every size a panel uses."""

import itertools

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.look.state_icon import PANEL_COLOURS, SIZES, state_icon
from engine.wording.states import State

SHAPES = (State.STARTING, State.NORMAL, State.DEGRADED, State.EMERGENCY)


def picture(state: State, size: int) -> QImage:
    return state_icon(state).pixmap(QSize(size, size), 1.0).toImage()


def coverage(image: QImage) -> list[int]:
    return [
        image.pixelColor(x, y).alpha() for y in range(image.height()) for x in range(image.width())
    ]


@pytest.mark.parametrize("size", SIZES)
def test_two_states_differ_in_shape_by_more_than_a_few_pixels(
    qapp: QApplication, size: int
) -> None:
    for one, other in itertools.combinations(SHAPES, 2):
        pairs = zip(coverage(picture(one, size)), coverage(picture(other, size)), strict=True)
        changed = sum(abs(a - b) > 128 for a, b in pairs)
        assert changed > size * size / 20, (one, other)


@pytest.mark.parametrize("size", SIZES)
def test_an_icon_is_drawn_for_the_size_it_is_shown_in(qapp: QApplication, size: int) -> None:
    for state in State:
        image = picture(state, size)
        assert (image.width(), image.height()) == (size, size)
        solid = {
            image.pixelColor(x, y).name()
            for x in range(size)
            for y in range(size)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert QColor(PANEL_COLOURS[state]).name() in solid

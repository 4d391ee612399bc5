"""A chart that has moved on is, to the pixel, the chart drawn anew; only its end was drawn."""

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from desktop.charts.canvas import Canvas, Scale

_EPOCH = 1_763_800_000
_COLOURS = "#336699", "#999999"


def _scale(width: int, span: float, step: float = 1.0, top: float = 100.0) -> Scale:
    return Scale(width, 60, step, span, (top, top), _COLOURS)


def _row(count: int, seed: int, gaps: int = 37) -> list[float]:
    """A wandering curve: a gap, a value by itself and two more gaps at every `gaps`-th value."""
    chance = random.Random(seed)
    values, value = [], 50.0
    for number in range(count):
        value = min(95.0, max(5.0, value + chance.uniform(-20, 20)))
        values.append(math.nan if number % gaps in (3, 5, 6) else value)
    return values


def _picture(canvas: Canvas) -> QImage:
    return canvas.pixmap.toImage()


def _anew(scale: Scale, newest: int, curves: Sequence[Sequence[float]]) -> Canvas:
    canvas = Canvas()
    canvas.show(scale, newest, curves)
    return canvas


@pytest.mark.usefixtures("qapp")
@settings(deadline=None, max_examples=60)
@given(
    width=st.integers(120, 400),
    span=st.sampled_from([112.5, 225.0, 450.0, 900.0, 1800.0]),
    count=st.integers(60, 700),
    steps=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    seed=st.integers(0, 1000),
    gaps=st.sampled_from([7, 37, 1000]),
)
def test_moved_on_it_is_the_same_picture_as_drawn_anew(
    *, width: int, span: float, count: int, steps: list[int], seed: int, gaps: int
) -> None:
    count = min(count, int(span) - sum(steps))
    whole = _row(count + sum(steps), seed, gaps), _row(count + sum(steps), seed + 1, gaps)
    scale, canvas = _scale(width, span), Canvas()
    for step in (0, *steps):
        count += step
        curves = [row[:count] for row in whole]
        newest = _EPOCH + count
        canvas.show(scale, newest, curves)
        assert _picture(canvas) == _picture(_anew(scale, newest, curves))


@pytest.mark.usefixtures("qapp")
def test_only_the_end_is_drawn() -> None:
    row = _row(900, 7)
    scale, canvas = _scale(750, 900.0), Canvas()
    canvas.show(scale, _EPOCH, [row[:500], row[:500]])
    assert canvas.columns_drawn == 750
    for number in range(1, 101):
        canvas.show(scale, _EPOCH + 2 * number, [row[: 500 + 2 * number]] * 2)
    assert canvas.columns_drawn - 750 < 100 * 12


@pytest.mark.usefixtures("qapp")
def test_what_has_not_changed_is_not_drawn() -> None:
    row = _row(500, 7)
    scale, canvas = _scale(750, 900.0), Canvas()
    for _ in range(3):
        canvas.show(scale, _EPOCH, [row, row])
    assert canvas.columns_drawn == 750


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "other",
    [_scale(700, 900.0), _scale(750, 1800.0), _scale(750, 900.0, top=80.0), _scale(750, 900.0, 10)],
)
def test_another_size_span_or_ceiling_draws_all_anew(other: Scale) -> None:
    row = _row(90, 7)
    canvas = Canvas()
    canvas.show(_scale(750, 900.0), _EPOCH, [row, row])
    canvas.show(other, _EPOCH, [row, row])
    assert _picture(canvas) == _picture(_anew(other, _EPOCH, [row, row]))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("newest", [_EPOCH - 3600, _EPOCH + 7200])
def test_a_clock_that_jumps_draws_all_anew(newest: int) -> None:
    row = _row(90, 7)
    canvas = Canvas()
    canvas.show(_scale(750, 900.0), _EPOCH, [row, row])
    canvas.show(_scale(750, 900.0), newest, [row, row])
    assert _picture(canvas) == _picture(_anew(_scale(750, 900.0), newest, [row, row]))

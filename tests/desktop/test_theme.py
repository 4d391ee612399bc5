"""Both palettes can be read, and the one in use follows the system unless one was chosen."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.look.colours import DARK, LIGHT, Colours
from desktop.look.state_icon import PANEL_COLOURS
from desktop.look.theme import Choice, Theme
from engine.wording.states import State


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_reads_at_4_5_to_1(colours: Colours) -> None:
    pairs = [
        (ink, ground)
        for ink in ("text", "quiet", "accent", "normal", "degraded", "emergency", "idle")
        for ground in ("window", "surface")
    ]
    pairs += [("text", "degraded_ground"), ("text", "emergency_ground"), ("text", "accent_ground")]
    pairs += [("quiet", "degraded_ground"), ("quiet", "emergency_ground")]
    pairs += [("accent", "accent_ground"), ("on_accent", "accent"), ("surface", "emergency")]
    values = dataclasses.asdict(colours)
    weak = {
        pair: round(contrast(values[pair[0]], values[pair[1]]), 2)
        for pair in pairs
        if contrast(values[pair[0]], values[pair[1]]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_of_controls_and_marks_stand_out_at_3_to_1(colours: Colours) -> None:
    assert contrast(colours.control, colours.window) >= 3
    assert contrast(colours.degraded, colours.degraded_ground) >= 3
    assert contrast(colours.emergency, colours.emergency_ground) >= 3


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("panel", ["#ffffff", "#f0f0f0", "#2b2b2b", "#000000"])
def test_the_tray_icon_stands_out_on_light_and_dark_panels(state: State, panel: str) -> None:
    assert contrast(PANEL_COLOURS[state], panel) >= 3


@pytest.fixture
def install(qapp: QApplication) -> Iterator[Callable[..., Theme]]:
    """Installs themes that are gone when the test is."""
    themes: list[Theme] = []

    def install(choice: Choice = "system") -> Theme:
        themes.append(Theme.install(qapp, choice))
        return themes[-1]

    yield install
    for theme in themes:
        shiboken6.delete(theme)


def test_the_theme_follows_the_system_while_it_runs(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, install: Callable[..., Theme]
) -> None:
    scheme = Qt.ColorScheme.Light
    hints = qapp.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _self: scheme)
    theme = install()
    changes: list[bool] = []
    theme.changed.connect(lambda: changes.append(theme.is_dark))
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        hints.colorSchemeChanged.emit(scheme)
    assert changes == [True, False]


def test_a_chosen_theme_stays_whatever_the_system_does(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, install: Callable[..., Theme]
) -> None:
    hints = qapp.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _self: Qt.ColorScheme.Light)
    theme = install("dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)


def test_where_qt_does_not_know_the_desktops_preference_counts(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, install: Callable[..., Theme]
) -> None:
    hints = qapp.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _self: Qt.ColorScheme.Unknown)
    theme = install()
    assert not theme.is_dark
    theme.prefer("dark")
    assert theme.is_dark

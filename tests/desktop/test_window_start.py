"""A failed start is said with a way out of it, and what is counted is counted right."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.cache.lookups import Lookups
from engine.cache.stats import CacheStats
from tests.desktop.desk import Desk, lay_desk, show
from tests.desktop.test_window import texts


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    return desk


def test_a_failed_start_says_why_and_what_to_do_until_the_next_try(
    qapp: QApplication, qtbot: QtBot
) -> None:
    desk = lay_desk(qapp, qtbot, attached=False)
    show(desk, qtbot)
    desk.window.show_start("mine.toml, line 3: there is no name.")
    assert desk.window.header.text == "State: Not started. The engine did not start."
    assert "mine.toml, line 3: there is no name." in texts(desk.window.failure)
    assert "Waiting for the engine." not in texts(desk.window)
    try_again, folder = (
        next(b for b in desk.window.failure.findChildren(QAbstractButton) if b.text() == text)
        for text in ("&Try again", "Open &folder")
    )
    with qtbot.waitSignal(desk.actions.folder_wanted):
        QTest.mouseClick(folder, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(desk.actions.start_wanted):
        QTest.mouseClick(try_again, Qt.MouseButton.LeftButton)
    desk.window.show_start(None)
    assert desk.window.header.text.startswith("State: Starting.")
    assert not desk.window.failure.isVisible()


def test_the_strip_counts_the_bots_it_does_not_name(desk: Desk, qtbot: QtBot) -> None:
    away = [BotState(f"bot{n:02}", BotPhase.RETRYING, cause=Cause.TELEGRAM) for n in (3, 4, 5)]
    refused = [BotState(f"bot{n:02}", BotPhase.REFUSED, cause=Cause.REVOKED) for n in (1, 2)]
    desk.link.set_bots(*away, *refused)
    show(desk, qtbot)
    assert "and 3 more" in texts(desk.overview.bots)


def test_one_entry_is_one_entry(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = replace(
        desk.link.now, caches=(CacheStats("reply", 1, 512, 9, 0, Lookups(9, 0)),)
    )
    show(desk, qtbot)
    assert desk.overview.hit_ratio.text.endswith(", 1 entry")

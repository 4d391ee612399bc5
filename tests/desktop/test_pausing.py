"""Pausing and resuming bots from the list of all: what can be pressed, and what comes of it."""

import asyncio

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.dialogs.bots import BotsDialog
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.errors import GavatcoreError, described
from engine.snapshot import EnginePhase
from tests.desktop.desk import Desk, lay_desk
from tests.desktop.test_window import texts

PAUSED = BotState("bot02", BotPhase.STOPPED, cause=Cause.PAUSED)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot, bots=5)
    desk.link.tick(2, quiet=True)
    return desk


def open_list(desk: Desk) -> BotsDialog:
    desk.window.show()
    desk.overview.bots.open_dialog()
    dialog = desk.overview.bots.dialog
    assert dialog is not None
    return dialog


def select(dialog: BotsDialog, *names: str) -> None:
    dialog.table.clearSelection()
    model = dialog.table.model()
    wanted = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        if index.data() in names:
            dialog.table.selectionModel().select(index, wanted)


def selected(dialog: BotsDialog) -> list[str]:
    return sorted({index.data() for index in dialog.table.selectedIndexes() if not index.column()})


def cause_of(desk: Desk, name: str) -> Cause:
    (cause,) = {bot.cause for bot in desk.link.now.bots if bot.name == name}
    return cause


async def test_only_a_button_that_can_work_is_enabled(desk: Desk) -> None:
    desk.link.set_bots(PAUSED)
    dialog = open_list(desk)
    assert not dialog.pause.isEnabled()
    assert not dialog.resume.isEnabled()
    assert "Select bots" in dialog.pause.toolTip()
    select(dialog, "bot01")
    assert dialog.pause.isEnabled()
    assert not dialog.resume.isEnabled()
    select(dialog, "bot02")
    assert not dialog.pause.isEnabled()
    assert dialog.resume.isEnabled()
    desk.link.set_phase(EnginePhase.STOPPING)
    assert not dialog.resume.isEnabled()


async def test_a_bot_is_paused_and_the_outcome_told(desk: Desk) -> None:
    dialog = open_list(desk)
    select(dialog, "bot03")
    dialog.pause.click()
    await desk.tasks.idle()
    assert cause_of(desk, "bot03") is Cause.PAUSED
    assert "bot03 is paused" in texts(desk.window.notice)
    assert "bot03 is paused" in dialog.outcome.text()


async def test_a_selection_stays_with_its_bots_wherever_they_move(desk: Desk) -> None:
    dialog = open_list(desk)
    select(dialog, "bot03")
    dialog.pause.click()
    await desk.tasks.idle()
    desk.link.tick()  # what is paused stands first now
    first = dialog.table.item(0, 0)
    assert first is not None
    assert first.text() == "bot03"
    assert selected(dialog) == ["bot03"]
    dialog.resume.click()
    await desk.tasks.idle()
    assert cause_of(desk, "bot03") is Cause.HEALTHY
    assert "bot03 logs in again." in dialog.outcome.text()


async def test_of_several_only_those_it_fits_are_resumed(desk: Desk) -> None:
    refused = BotState("bot04", BotPhase.REFUSED, cause=Cause.REVOKED)
    desk.link.set_bots(PAUSED, refused)
    dialog = open_list(desk)
    select(dialog, "bot01", "bot02", "bot04")
    dialog.resume.click()
    await desk.tasks.idle()
    assert "2 bots log in again." in dialog.outcome.text()


async def test_nothing_can_be_pressed_while_a_command_runs(desk: Desk) -> None:
    dialog = open_list(desk)
    select(dialog, "bot03")
    desk.link.release.clear()
    dialog.pause.click()
    await asyncio.sleep(0)
    assert not dialog.pause.isEnabled()
    desk.link.release.set()
    await desk.tasks.idle()
    assert dialog.pause.isEnabled()


@pytest.mark.parametrize("error", [GavatcoreError("No such bot."), OSError(28, "disk is full")])
async def test_what_went_wrong_is_said_with_the_bots_name(desk: Desk, error: Exception) -> None:
    dialog = open_list(desk)
    select(dialog, "bot03")
    desk.link.error = error
    dialog.pause.click()
    await desk.tasks.idle()
    assert f"bot03: {described(error)}" in texts(desk.window.notice)
    assert f"bot03: {described(error)}" in dialog.outcome.text()
    assert dialog.pause.isEnabled()

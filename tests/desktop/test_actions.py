"""The three commands: what they say, when they can be given, and what comes of them."""

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from desktop.actions import Actions
from desktop.event_loop.tasks import Tasks
from engine.errors import GavatcoreError
from engine.snapshot import EnginePhase
from tests.desktop.scripted_link import CHECKS, COLLECTION, ScriptedLink


class Bench:
    """Actions on a running scripted engine, and what they told."""

    def __init__(self, *, attached: bool = True) -> None:
        self.tasks = Tasks()
        self.link = ScriptedLink()
        self.actions = Actions(self.tasks)
        self.told: list[object] = []
        self.actions.locks_checked.connect(self.told.append)
        self.actions.collected.connect(self.told.append)
        self.actions.failed.connect(self.told.append)
        if attached:
            self.actions.attach(self.link)


@pytest.fixture
def bench(qapp: QApplication) -> Bench:
    return Bench()


def test_no_command_can_be_given_before_an_engine_is_there(qapp: QApplication) -> None:
    actions = Bench(attached=False).actions
    for action in (actions.emergency, actions.clean_locks, actions.collect):
        assert not action.isEnabled()
        assert "once the engine is up" in action.toolTip()


def test_the_commands_follow_the_engines_life(bench: Bench) -> None:
    assert bench.actions.collect.isEnabled()
    bench.link.set_phase(EnginePhase.STOPPING)
    assert not bench.actions.collect.isEnabled()
    assert "not running" in bench.actions.collect.toolTip()


async def test_emergency_goes_on_and_off_and_the_button_shows_the_engines_word(
    bench: Bench,
) -> None:
    bench.actions.emergency.trigger()
    await bench.tasks.idle()
    assert bench.link.now.emergency is not None
    assert bench.actions.emergency.isChecked()
    bench.actions.emergency.trigger()
    await bench.tasks.idle()
    assert bench.link.now.emergency is None
    assert not bench.actions.emergency.isChecked()


def test_emergency_entered_elsewhere_shows_in_the_button(bench: Bench) -> None:
    bench.link.enter_emergency()
    assert bench.actions.emergency.isChecked()


async def test_emergency_that_cannot_be_entered_leaves_the_button_up(bench: Bench) -> None:
    bench.link.error = GavatcoreError("The disk is full: make room.")
    bench.actions.emergency.trigger()
    await bench.tasks.idle()
    assert not bench.actions.emergency.isChecked()
    assert bench.told == ["The disk is full: make room."]


async def test_a_command_runs_once_at_a_time_and_then_tells(bench: Bench) -> None:
    bench.link.release.clear()
    bench.actions.clean_locks.trigger()
    assert not bench.actions.clean_locks.isEnabled()
    assert "Running" in bench.actions.clean_locks.toolTip()
    assert bench.actions.collect.isEnabled()
    bench.link.release.set()
    await bench.tasks.idle()
    assert bench.told == [CHECKS]
    assert bench.actions.clean_locks.isEnabled()


async def test_a_collection_is_told(bench: Bench) -> None:
    bench.actions.collect.trigger()
    await bench.tasks.idle()
    assert bench.told == [COLLECTION]


async def test_a_known_failure_is_told_in_its_own_sentence(bench: Bench) -> None:
    bench.link.error = GavatcoreError("The directory is read-only: choose another.")
    bench.actions.collect.trigger()
    await bench.tasks.idle()
    assert bench.told == ["The directory is read-only: choose another."]
    assert bench.actions.collect.isEnabled()


async def test_an_unknown_failure_is_told_and_reported(bench: Bench) -> None:
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: reported.append(context["exception"])
    )
    bench.link.error = KeyError("row")
    bench.actions.clean_locks.trigger()
    await bench.tasks.idle()
    await asyncio.sleep(0)
    assert bench.told == ["Clean up locks did not work (KeyError). The log has the details."]
    assert reported == [bench.link.error]
    assert bench.actions.clean_locks.isEnabled()


async def test_closing_ends_what_still_runs(bench: Bench) -> None:
    bench.link.release.clear()
    bench.actions.collect.trigger()
    await asyncio.sleep(0)
    await bench.tasks.close()
    assert bench.told == []
    assert bench.actions.collect.isEnabled()

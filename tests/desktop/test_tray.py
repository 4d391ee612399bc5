"""The tray icon shows the state, its tooltip the figures, its menu the commands."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.actions import Actions
from desktop.event_loop.tasks import Tasks
from desktop.look.state_icon import state_icon
from desktop.shell.tray import Tray
from engine.snapshot import EnginePhase
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.wording.states import State
from tests.desktop.scripted_link import START, ScriptedLink
from tests.support.alerts import some_alert

ALERT = some_alert(TelegramUnreachable, START)


class Bench:
    def __init__(self) -> None:
        self.link = ScriptedLink()
        self.actions = Actions(Tasks())
        self.tray = Tray(self.actions)

    @property
    def shown(self) -> State | None:
        key = self.tray.icon.icon().cacheKey()
        return next((state for state in State if state_icon(state).cacheKey() == key), None)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.tray.close()


def test_the_icon_is_there_before_the_engine(bench: Bench) -> None:
    assert bench.shown is State.STARTING
    assert "Starting" in bench.tray.icon.toolTip()


def test_the_icon_follows_the_state_event_by_event(bench: Bench) -> None:
    bench.tray.attach(bench.link)
    seen = [bench.shown]
    changes: tuple[Callable[[], None], ...] = (
        lambda: bench.link.raise_alert(ALERT),
        bench.link.enter_emergency,
        bench.link.leave_emergency,
        lambda: bench.link.clear_alert(ALERT),
        lambda: bench.link.set_phase(EnginePhase.STOPPED),
    )
    for change in changes:
        change()
        seen.append(bench.shown)
    assert seen == [
        State.NORMAL,
        State.DEGRADED,
        State.EMERGENCY,
        State.DEGRADED,
        State.NORMAL,
        State.STOPPED,
    ]


def test_the_tooltip_tells_the_figures_and_keeps_up(bench: Bench) -> None:
    bench.tray.attach(bench.link)
    bench.link.tick(10)
    tooltip = bench.tray.icon.toolTip()
    assert "Normal" in tooltip
    assert "Bots 20/20" in tooltip
    assert "MiB" in tooltip
    assert "10\N{NO-BREAK SPACE}s" in tooltip


def test_the_menu_has_the_same_commands_and_is_fresh_when_it_opens(bench: Bench) -> None:
    bench.tray.attach(bench.link)
    entries = bench.tray.menu.actions()
    assert {bench.actions.emergency, bench.actions.clean_locks, bench.actions.collect} <= set(
        entries
    )
    assert entries[-1] is bench.actions.quit
    bench.link.tick(3)
    bench.tray.menu.aboutToShow.emit()
    texts = [entry.text() for entry in entries]
    assert "Normal: Nothing needs you." in texts
    assert any("up 3\N{NO-BREAK SPACE}s" in text for text in texts)


def test_a_click_and_the_first_entry_ask_for_the_window(bench: Bench, qtbot: QtBot) -> None:
    entry = bench.tray.menu.actions()[0]
    with qtbot.waitSignal(bench.tray.window_toggled):
        bench.tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    with qtbot.waitSignal(bench.tray.window_toggled):
        entry.trigger()
    assert entry.text() == "&Show window"
    bench.tray.window_shown(True)
    assert entry.text() == "&Hide window"

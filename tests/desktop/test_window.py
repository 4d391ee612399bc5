"""The window shows the state, the figures, the commands and their results, to everybody."""

import gettext
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

import engine.language
from desktop.shell.notice import Notice
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.errors import GavatcoreError
from engine.gates import Gate
from engine.snapshot import EnginePhase
from engine.watch.alert_kinds.registry import ALERT_KINDS
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.watch.emergency_state import EmergencyCause, EmergencyState
from tests.desktop.desk import HINT, Desk, lay_desk, show
from tests.desktop.scripted_link import CHECKS, START
from tests.support.alerts import some_alert

UNREACHABLE = some_alert(TelegramUnreachable, START)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    return desk


def texts(widget: QWidget) -> str:
    """All a person can read in a widget's visible labels and buttons."""
    return "\n".join(part.text() for part in written(widget))


def written(widget: QWidget) -> list[QLabel | QAbstractButton]:
    """The visible labels and buttons in a widget."""
    parts: list[QLabel | QAbstractButton] = [*widget.findChildren(QLabel)]
    parts += widget.findChildren(QAbstractButton)
    return [part for part in parts if part.isVisible()]


def click_the_button_in(widget: QWidget) -> None:
    (button,) = widget.findChildren(QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_before_the_engine_the_window_says_it_is_starting(qapp: QApplication, qtbot: QtBot) -> None:
    desk = lay_desk(qapp, qtbot, attached=False)
    show(desk, qtbot)
    assert desk.window.header.text == "State: Starting. The engine is coming up."
    assert not any(button.isEnabled() for button in desk.window.header.buttons)
    assert "Waiting for the engine." in texts(desk.window)
    desk.attach()
    assert desk.window.header.text.startswith("State: Normal.")
    assert all(button.isEnabled() for button in desk.window.header.buttons)


def test_the_state_is_in_plain_sight_as_it_changes(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.link.raise_alert(UNREACHABLE)
    assert desk.window.header.text == "State: Degraded. 1 active alert."
    assert "Telegram cannot be reached" in texts(desk.window.alerts)
    desk.link.clear_alert(UNREACHABLE)
    assert desk.window.header.text == "State: Normal. Nothing needs you."
    assert not desk.window.alerts.isVisible()
    desk.link.set_phase(EnginePhase.STOPPED)
    assert desk.window.header.text.startswith("State: Stopped.")


def test_more_than_three_alerts_are_counted_and_all_read_out(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    for kind in ALERT_KINDS:
        desk.link.raise_alert(some_alert(kind, START))
    assert f"and {len(ALERT_KINDS) - 3} more alerts" in texts(desk.window.alerts)
    assert len(desk.window.alerts.accessibleName().splitlines()) == len(ALERT_KINDS)


async def test_emergency_says_since_when_why_and_what_is_off_and_can_be_left(
    desk: Desk, qtbot: QtBot
) -> None:
    show(desk, qtbot)
    QTest.mouseClick(desk.window.header.buttons[0], Qt.MouseButton.LeftButton)
    await desk.tasks.idle()
    assert desk.window.header.buttons[0].isChecked()
    said = texts(desk.window.emergency)
    assert "Emergency mode since" in said
    assert "turned on by you" in said
    assert "Off: LLM calls, announcements. Models are unloaded" in said
    click_the_button_in(desk.window.emergency)
    await desk.tasks.idle()
    assert desk.link.now.emergency is None
    assert not desk.window.emergency.isVisible()
    assert not desk.window.header.buttons[0].isChecked()


def test_emergency_by_memory_says_so(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.link.set_emergency(EmergencyState(START, EmergencyCause.MEMORY, (Gate.LLM_CALLS,)))
    assert "memory ran over its threshold" in texts(desk.window.emergency)
    desk.link.set_emergency(EmergencyState(START, EmergencyCause.MEMORY, (Gate.ANNOUNCEMENTS,)))
    assert "Models" not in texts(desk.window.emergency)


def test_the_tiles_say_the_snapshots_figures(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    nb = "\N{NO-BREAK SPACE}"
    assert [tile.text for tile in desk.overview.tiles] == [
        "Bots online: 20, of 20",
        f"Messages: 42{nb}/min, 1,204 in all",
        f"Answers p95: 1.2{nb}s, p50 310{nb}ms",
        "Hit ratio: 91%, 480 entries",
        f"Loop lag p99: 3.2{nb}ms, worst 14{nb}ms",
        desk.overview.uptime.text,
    ]
    assert desk.overview.uptime.text.startswith(f"Uptime: 1{nb}min, since ")


def test_a_bot_that_is_away_is_named_with_its_reason(desk: Desk, qtbot: QtBot) -> None:
    retry = BotState("bot07", BotPhase.RETRYING, retry_at=START + 3600, cause=Cause.TELEGRAM)
    refused = BotState("bot11", BotPhase.REFUSED, problem="token revoked", cause=Cause.REVOKED)
    desk.link.set_bots(retry, refused)
    show(desk, qtbot)
    said = texts(desk.overview.bots)
    assert "18 of 20 bots are online." in said
    assert "bot11: token revoked · bot07: Telegram cannot be reached, again at " in said


def test_a_bot_online_in_a_flood_wait_is_named_with_its_end(desk: Desk, qtbot: QtBot) -> None:
    flooded = BotState("bot07", BotPhase.ONLINE, flood_until=START + 60, cause=Cause.FLOOD_WAIT)
    desk.link.set_bots(flooded)
    show(desk, qtbot)
    assert "bot07: flood wait until " in texts(desk.overview.bots)


def test_the_list_of_all_bots_says_what_to_do_and_follows_while_it_is_open(
    desk: Desk, qtbot: QtBot
) -> None:
    refused = BotState("bot11", BotPhase.REFUSED, problem="revoked", cause=Cause.REVOKED)
    desk.link.set_bots(refused)
    show(desk, qtbot)
    strip = desk.overview.bots
    QTest.mouseClick(strip.all_bots, Qt.MouseButton.LeftButton)
    assert strip.dialog is not None
    assert strip.dialog.isVisible()
    table = strip.dialog.table

    def row(number: int) -> list[str]:
        items = (table.item(number, column) for column in range(3))
        return [item.text() if item else "" for item in items]

    assert table.rowCount() == 20
    assert row(0)[:2] == ["bot11", "revoked"]
    assert "@BotFather" in row(0)[2]
    assert row(1) == ["bot01", "answers", "Nothing to do."]
    desk.link.set_bots(BotState("bot11", BotPhase.ONLINE))
    desk.link.tick()
    assert row(0) == ["bot01", "answers", "Nothing to do."]
    assert row(10)[:2] == ["bot11", "answers"]
    strip.dialog.close()


def test_without_bots_the_window_says_what_to_do_next(qapp: QApplication, qtbot: QtBot) -> None:
    desk = lay_desk(qapp, qtbot, bots=0)
    desk.link.now = replace(desk.link.now, fleet=FleetStats())
    show(desk, qtbot)
    assert HINT in texts(desk.overview.bots)
    assert desk.overview.online.text == "Bots online: –, none yet"


def test_every_locks_outcome_is_shown_the_worst_first(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.actions.locks_checked.emit(CHECKS)
    dialog = desk.window.locks_dialog
    assert dialog is not None
    assert dialog.isVisible()
    rows = [
        [item.text() for column in range(3) if (item := dialog.table.item(row, column))]
        for row in range(dialog.table.rowCount())
    ]
    assert sorted(row[0] for row in rows) == [check.session for check in CHECKS]
    assert rows[0][:2] == ["bot05", "Damaged, not touched further"]
    assert "python3 (process 4711)" in [row[2] for row in rows]


def test_results_that_came_while_hidden_are_there_when_the_window_is(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.actions.locks_checked.emit(CHECKS)
    assert desk.window.locks_dialog is None
    show(desk, qtbot)
    assert desk.window.locks_dialog is not None
    assert desk.window.locks_dialog.isVisible()


async def test_a_collection_shows_before_and_after(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show()
    desk.actions.collect.trigger()
    await desk.tasks.idle()
    said = texts(desk.window.notice)
    assert "412,345 → 398,211" in said
    assert "182.0\N{NO-BREAK SPACE}MiB → 171.0\N{NO-BREAK SPACE}MiB" in said


async def test_a_command_that_failed_says_why(desk: Desk, qtbot: QtBot) -> None:
    desk.window.show()
    desk.link.error = GavatcoreError("The directory is read-only: choose another.")
    desk.actions.clean_locks.trigger()
    await desk.tasks.idle()
    assert "The directory is read-only: choose another." in texts(desk.window.notice)


def test_a_notice_goes_when_it_is_dismissed(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.window.show_notice(Notice("title", "body"))
    click_the_button_in(desk.window.notice)
    assert not desk.window.notice.isVisible()


def test_everything_is_reached_by_tab_and_has_a_name(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    desk.link.enter_emergency()
    desk.window.show_notice(Notice("title", "body"))
    wanted = {
        part
        for part in desk.window.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached: set[QWidget] = set()
    part: QWidget | None = desk.window.nextInFocusChain()
    while part is not None and part not in reached:
        reached.add(part)
        part = part.nextInFocusChain()
    assert wanted <= reached
    assert {*desk.window.header.buttons, *desk.overview.charts} <= wanted
    for each in wanted:
        text = each.text() if isinstance(each, QAbstractButton) else ""
        assert each.accessibleName() or text, (each.parent(), each.metaObject().className())


def test_the_commands_have_keys_of_their_own(desk: Desk) -> None:
    texts = [button.text() for button in desk.window.findChildren(QAbstractButton)]
    keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(keys) >= 5
    assert len(set(keys)) == len(keys)


class Longer(gettext.NullTranslations):
    """A language whose every text is a good third longer than the English one."""

    def gettext(self, message: str) -> str:
        return message + "ı" * (len(message) * 3 // 10 + 1) if len(message) > 4 else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.mark.parametrize("size", [(840, 520), (1000, 700)])
@pytest.mark.parametrize(
    "language", [gettext.NullTranslations(), engine.language._speaker("tr"), Longer()]
)
def test_no_text_is_cut_off(
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    language: gettext.NullTranslations,
) -> None:
    monkeypatch.setattr(engine.language, "_catalogue", language)
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    desk.window.resize(*size)
    show(desk, qtbot)
    desk.link.raise_alert(UNREACHABLE)
    desk.link.enter_emergency()
    desk.actions.failed.emit("It did not work for a reason.")
    qapp.processEvents()
    assert (desk.window.width(), desk.window.height()) == size
    page = desk.overview
    assert [tile.text for tile in page.tiles if tile.cut_off] == []
    assert [chart.plan.title for chart in page.charts if chart.legend.cut_off] == []
    cut = [part.text() for part in written(desk.window) if is_cut(part)]
    assert cut == []
    inside = desk.window.rect()
    for button in desk.window.header.buttons:
        assert inside.contains(QRect(button.mapTo(desk.window, QPoint()), button.size()))
    for chart in page.charts:
        page.ensureWidgetVisible(chart)
        assert not chart.visibleRegion().isEmpty()
        assert chart.width() <= page.viewport().width()


def is_cut(part: QLabel | QAbstractButton) -> bool:
    if isinstance(part, QLabel) and part.wordWrap():
        return part.height() < part.heightForWidth(part.width())
    return part.width() < part.sizeHint().width() or part.height() < part.sizeHint().height()

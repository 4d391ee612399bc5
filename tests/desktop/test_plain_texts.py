"""What strangers wrote is shown letter by letter, never read as markup."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.dialogs.quit_question import QuitQuestion
from desktop.look.plain_tip import plain_tip
from desktop.shell.notice import Notice
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.watch.alert_kinds.registry import ALERT_KINDS
from tests.desktop.desk import Desk, lay_desk, show
from tests.desktop.reply_figures import busy
from tests.desktop.scripted_link import START
from tests.support.alerts import some_alert

PLANTED = "<b>x</b><img src=http://planted.example/i.png>"


def shown(text: str) -> str:
    """What a person reads where Qt decides by itself whether a text is markup."""
    if not GuiQt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@pytest.fixture
def planted(qapp: QApplication, qtbot: QtBot) -> Desk:
    """A window that shows the planted words wherever strangers' words may come from."""
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    named = replace(desk.link.now.bots[0], name=PLANTED, problem=PLANTED)
    bots = (
        replace(named, phase=BotPhase.REFUSED, cause=Cause.REVOKED),
        BotState("bot02", BotPhase.ONLINE, cause=Cause.NO_RIGHTS, muted_in=(PLANTED,)),
        BotState("bot03", BotPhase.ONLINE, cause=Cause.PRIVACY_MODE, privacy_mode_in=(PLANTED,)),
        *desk.link.now.bots[3:],
    )
    desk.link.now = replace(busy(desk.link.now), bots=bots)
    providers = tuple(
        replace(each, name=PLANTED, model=PLANTED) for each in desk.link.now.completions.providers
    )
    completions = replace(desk.link.now.completions, providers=providers)
    desk.link.now = replace(desk.link.now, completions=completions)
    show(desk, qtbot)
    for kind in ALERT_KINDS:
        desk.link.raise_alert(some_alert(kind, START, text=PLANTED))
    desk.window.show_notice(Notice(PLANTED, PLANTED))
    desk.window.show_start(PLANTED)
    desk.overview.bots.open_dialog()
    desk.window.show_locks((LockCheck(PLANTED, LockOutcome.HELD, PLANTED),))
    desk.window.choice.buttons[1].click()
    return desk


def tips(widget: QWidget) -> Iterator[str]:
    """Every tooltip of a widget: its own, its cells', its columns'."""
    yield widget.toolTip()
    if isinstance(widget, QAbstractItemView):
        yield from _cells(widget.model())


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    role = Qt.ItemDataRole.ToolTipRole
    for column in range(model.columnCount()):
        yield str(model.headerData(column, Qt.Orientation.Horizontal, role) or "")
        for row in range(model.rowCount()):
            yield str(model.index(row, column).data(role) or "")


def test_every_tooltip_shows_what_was_written(planted: Desk) -> None:
    found = [tip for part in planted.window.findChildren(QWidget) for tip in tips(part)]
    bearing = [tip for tip in found if "planted.example" in tip]
    assert len(bearing) > 8
    for tip in bearing:
        assert PLANTED in shown(tip)


def test_every_label_takes_its_text_for_plain(planted: Desk) -> None:
    labels = planted.window.findChildren(QLabel)
    assert any(PLANTED in label.text() for label in labels)
    for label in labels:
        assert label.textFormat() is Qt.TextFormat.PlainText or not label.text()


def test_the_question_takes_its_text_for_plain(planted: Desk) -> None:
    question: QMessageBox = QuitQuestion(3, planted.window)
    assert question.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("text", [PLANTED, "a & b\n  <i>c</i>", "plain", "&lt;", "1 < 2 > 0", ""])
def test_a_tooltip_keeps_every_letter_and_line(qapp: QApplication, text: str) -> None:
    assert shown(plain_tip(text)) == text

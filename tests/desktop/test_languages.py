"""The operator changes the language while the program runs, and it is remembered."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop.actions import Actions
from desktop.event_loop.tasks import Tasks
from desktop.languages import KeptLanguage
from desktop.shell.tray import Tray
from desktop.widgets.language_button import LanguageButton
from desktop.window import Window
from engine.language import LANGUAGES, language, use_language
from engine.wording.formatting import duration, mebibytes, percent
from tests.desktop.desk import HINT, PATIENCE, Desk, lay_desk, show

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    return desk


def make_window_anew(desk: Desk, qtbot: QtBot) -> None:
    """As the composition root does; returns when the old one is gone and the new one drawn."""
    window = Window(desk.theme, desk.actions, tray_available=lambda: True, no_bots_hint=HINT)
    qtbot.addWidget(window, before_close_func=lambda _window: desk.theme.setParent(None))
    window.attach(desk.link)
    old = weakref.ref(desk.window)
    with qtbot.waitSignal(window.charts_painted, timeout=PATIENCE):
        window.replace(desk.window)
    desk.window = window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert old() is None  # nothing holds on to it


def test_the_actions_say_the_language_in_use_and_the_list_checks_it(qapp: QApplication) -> None:
    actions = Actions(Tasks())
    use_language("tr")
    actions.reword()
    assert actions.quit.text() == "Çıkı&ş"
    listed = {one.text(): one.isChecked() for one in actions.languages.actions()}
    assert list(listed) == [each.name for each in LANGUAGES.values()]
    assert [name for name, checked in listed.items() if checked] == ["Türkçe"]


def test_choosing_a_language_asks_for_it(qapp: QApplication, qtbot: QtBot) -> None:
    actions = Actions(Tasks())
    button = LanguageButton(actions.languages)
    qtbot.addWidget(button)
    (turkish,) = (one for one in button.menu().actions() if one.text() == "Türkçe")
    with qtbot.waitSignal(actions.languages.wanted) as wanted:
        turkish.trigger()
    assert wanted.args == ["tr"]


def test_the_tray_follows(qapp: QApplication) -> None:
    actions = Actions(Tasks())
    tray = Tray(actions)
    use_language("tr")
    actions.reword()
    tray.reword()
    said = [action.text() for action in tray.menu.actions() if action.text()]
    assert said[0] == "&Pencereyi göster"
    assert "&Dil" in said
    assert "Başlıyor" in tray.icon.toolTip()
    tray.close()


def test_a_window_in_the_new_language_takes_the_place_of_the_old_one(
    desk: Desk, qtbot: QtBot
) -> None:
    show(desk, qtbot)
    desk.window.resize(900, 650)
    desk.window.choice.buttons[1].click()
    use_language("tr")
    desk.actions.reword()
    make_window_anew(desk, qtbot)
    assert desk.window.size() == QSize(900, 650)
    assert desk.window.choice.buttons[1].isChecked()
    texts = {label.text() for label in desk.window.findChildren(QLabel)}
    assert "Yapmanız gereken bir şey yok." in texts


def test_a_replaced_window_hears_no_more(desk: Desk, qtbot: QtBot) -> None:
    show(desk, qtbot)
    make_window_anew(desk, qtbot)
    desk.link.tick()  # would fail in a window that is gone, as the following would
    desk.actions.bots.done.emit("done")
    desk.theme.choose("dark")
    assert "done" in desk.window.notice.accessibleName()


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_keys_of_the_window_or_of_the_tray_are_the_same(
    code: str, qapp: QApplication, qtbot: QtBot
) -> None:
    use_language(code)
    desk = lay_desk(qapp, qtbot)
    tray = Tray(desk.actions)
    tray.window_shown(True)
    buttons = [button.text() for button in desk.window.findChildren(QPushButton)]
    for texts in (buttons, _entries(tray.menu)):
        keys = [key for text in texts if (key := QKeySequence.mnemonic(text).toString())]
        assert len(keys) > 4
        assert sorted(set(keys)) == sorted(keys)
    tray.close()


def _entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def test_figures_are_written_as_in_turkish() -> None:
    use_language("tr")
    assert [
        str(mebibytes(1234.5 * 1024 * 1024, 1)),
        percent(12),
        percent(6.55),
        str(duration(5 * 86400 + 3 * 3600)),
    ] == [f"1.234,5{NB}MiB", "%12", "%6,5", f"5{NB}gün{NB}3{NB}sa"]


def test_the_choice_is_remembered(tmp_path: Path) -> None:
    kept = KeptLanguage(tmp_path / "language")
    assert kept.read() is None
    kept.keep("tr")
    assert KeptLanguage(tmp_path / "language").read() == "tr"


@pytest.mark.parametrize("contents", [b"", b"xx\n", b"\xff\xfe", b"../tr"])
def test_a_choice_that_cannot_be_understood_is_none(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "language").write_bytes(contents)
    assert KeptLanguage(tmp_path / "language").read() is None
    assert language() == "en"

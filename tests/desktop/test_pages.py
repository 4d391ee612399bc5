"""Every page of the list opens by its button, is made then, and costs nothing while hidden."""

import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bot_commands import BotCommands
from desktop.event_loop.tasks import Tasks
from desktop.link import Link
from desktop.look.theme import Theme
from desktop.pages.page import Page, PageContext
from desktop.pages.registry import PAGES, PageEntry
from desktop.pages.stack import PageStack
from engine.snapshot import Snapshot
from tests.desktop.desk import lay_desk, show
from tests.desktop.scripted_link import ScriptedLink


class Told(Page):
    """Keeps what it was told."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.told: list[str] = []

    def attach(self, link: Link) -> None:
        self.told.append("engine")

    def show_start(self, *, failed: bool) -> None:
        self.told.append("failed" if failed else "starting")

    def furnish(self) -> None:
        self.told.append("furnish")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.told.append("picture")


class Second(Told):
    """Another page."""


@pytest.fixture
def stack(qapp: QApplication, qtbot: QtBot) -> PageStack:
    context = PageContext(Theme.install(qapp, "light"), "hint", BotCommands(Tasks()))
    here = f"{__name__}:"
    stack = PageStack(context, [PageEntry("a", f"{here}Told"), PageEntry("b", f"{here}Second")])
    qtbot.addWidget(stack)
    return stack


def told(stack: PageStack, kind: type[Told]) -> list[str]:
    page = stack.opened(kind)
    assert page is not None
    said, page.told = page.told, []
    return said


def test_only_the_page_on_top_is_drawn(stack: PageStack) -> None:
    link = ScriptedLink()
    stack.attach(link)
    assert told(stack, Told) == ["starting", "engine"]
    assert stack.opened(Second) is None
    stack.turn_to(1)
    stack.show_snapshot(link.snapshot())
    assert told(stack, Second) == ["engine", "picture"]
    assert told(stack, Told) == []
    stack.turn_to(0)
    stack.show_snapshot(link.snapshot())
    assert told(stack, Told) == ["picture"]
    assert told(stack, Second) == []


def test_a_page_that_is_opened_late_is_told_what_happened_before(stack: PageStack) -> None:
    stack.show_start(failed=True)
    stack.furnish()
    stack.turn_to(1)
    assert told(stack, Second) == ["failed", "furnish"]
    assert told(stack, Told) == ["starting", "failed", "furnish"]


def test_every_page_of_the_list_opens_by_its_button_and_once(
    qapp: QApplication, qtbot: QtBot
) -> None:
    desk = lay_desk(qapp, qtbot)
    show(desk, qtbot)
    assert len(desk.window.choice.buttons) == len(PAGES)
    for _round in range(2):
        for place, button in enumerate(desk.window.choice.buttons):
            button.click()
            assert desk.window.pages.currentIndex() == place
            page = desk.window.pages.currentWidget()
            assert page is not None
            assert page.isVisible()
    assert desk.window.pages.count() == len(PAGES)


def test_no_page_but_the_first_is_imported_with_the_window() -> None:
    asked = "import sys, desktop.window; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert "desktop.pages.registry" in loaded
    assert not {entry.place.partition(":")[0] for entry in PAGES[1:]} & set(loaded)

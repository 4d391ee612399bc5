"""The desktop's pieces put together on a scripted engine, as the composition root does it."""

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.actions import Actions
from desktop.event_loop.tasks import Tasks
from desktop.look.theme import Theme
from desktop.pages.overview import Overview
from desktop.window import Window
from tests.desktop.scripted_link import ScriptedLink

HINT = "Put a token in the file."
PATIENCE = 60_000  # ms for the charts on a busy machine


@dataclass
class Desk:
    link: ScriptedLink
    tasks: Tasks
    actions: Actions
    window: Window
    theme: Theme
    tray_there: bool = True

    @property
    def overview(self) -> Overview:
        return overview(self.window)

    def attach(self) -> None:
        self.actions.attach(self.link)
        self.window.attach(self.link)


def overview(window: Window) -> Overview:
    """The page that every window opens with."""
    page = window.pages.opened(Overview)
    assert page is not None
    return page


def new_desk(app: QApplication, bots: int = 20) -> Desk:
    """A window not yet shown, and an engine nothing is attached to."""
    tasks = Tasks()
    actions = Actions(tasks)
    theme = Theme.install(app, "light")
    window = Window(theme, actions, tray_available=lambda: desk.tray_there, no_bots_hint=HINT)
    desk = Desk(ScriptedLink(bots), tasks, actions, window, theme)
    return desk


def lay_desk(qapp: QApplication, qtbot: QtBot, *, bots: int = 20, attached: bool = True) -> Desk:
    """A window not yet shown; the engine behind it runs unless `attached` is False."""
    desk = new_desk(qapp, bots)
    theme = desk.theme
    qtbot.addWidget(desk.window, before_close_func=lambda _window: theme.setParent(None))
    if attached:
        desk.attach()
    return desk


def show(desk: Desk, qtbot: QtBot) -> None:
    """Open the window and wait until its charts are there."""
    with qtbot.waitSignal(desk.window.charts_painted, timeout=PATIENCE):
        desk.window.show()

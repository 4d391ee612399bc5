"""Lays out a page: as wide as the window's head, scrolling if the window is too low."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.bot_commands import BotCommands
from desktop.link import Link
from desktop.look.theme import Theme
from desktop.widgets.type_scale import GAP, MARGIN
from engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PageContext:
    """The objects that a page may use; each page takes what it needs."""

    theme: Theme
    no_bots_hint: str  # what to do where there is no bot yet
    bots: BotCommands


class Page(QScrollArea):
    """A column of parts; the scroll bar lives in the margin on its right.

    A page overrides what it needs of the four methods the window calls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.setViewportMargins(0, 0, MARGIN, 0)
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        ground = QWidget()
        self.column = QVBoxLayout(ground)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)
        self.setWidget(ground)

    def attach(self, link: Link) -> None:
        """Show this engine from now on; only who reads its history keeps the link."""

    def show_start(self, *, failed: bool) -> None:
        """Show that the engine is starting, or did not start."""

    def furnish(self) -> None:
        """Make what may come after the window's first paint, such as curves."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the picture of now; called only while the page can be seen."""

    def _make_room(self, _least: int, most: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if most else 0
        self.setViewportMargins(0, 0, MARGIN - bar, 0)

"""Holds the pages of a window: each is built when first opened, and drawn while on top."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.link import Link
from desktop.pages.page import Page, PageContext
from desktop.pages.registry import PAGES, PageEntry
from engine.snapshot import Snapshot

P = TypeVar("P", bound=Page)


class PageStack(QStackedWidget):
    """Opens the first page at once. A page that is not on top is told nothing and costs nothing."""

    def __init__(
        self,
        context: PageContext,
        entries: Sequence[PageEntry] = PAGES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._entries = entries
        self._opened: dict[int, Page] = {}
        self._link: Link | None = None
        self._failed = False
        self._furnished = False
        self.turn_to(0)

    def opened(self, kind: type[P]) -> P | None:
        """Return the page of this class, if it was opened already."""
        return next((page for page in self._opened.values() if isinstance(page, kind)), None)

    def turn_to(self, place: int) -> None:
        """Bring the page at `place` of the list to the top."""
        page = self._opened.get(place)
        if page is None:
            page = self._opened[place] = self._entries[place].build(self._context)
            self.addWidget(page)
            if self._link is None:
                page.show_start(failed=self._failed)
            else:
                page.attach(self._link)
            if self._furnished:
                page.furnish()
        self.setCurrentWidget(page)

    def attach(self, link: Link) -> None:
        """Show this engine from now on."""
        self._link = link
        for page in self._opened.values():
            page.attach(link)

    def show_start(self, *, failed: bool) -> None:
        """Show that the engine is starting, or did not start."""
        self._failed = failed
        for page in self._opened.values():
            page.show_start(failed=failed)

    def furnish(self) -> None:
        """Let the pages build what may come after the window's first paint."""
        self._furnished = True
        for page in self._opened.values():
            page.furnish()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the present state on the page that is on top."""
        for page in self._opened.values():
            if page is self.currentWidget():
                page.show_snapshot(snapshot)

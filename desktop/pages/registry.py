"""Lists every page of the window, in the order of their buttons."""

from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Final

from desktop.pages.page import Page, PageContext
from engine.language import spoken


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page; nothing of it is imported before it is first opened."""

    title: str  # in English, with the key that opens it
    place: str  # "module:class" of a Page made from a PageContext

    def build(self, context: PageContext) -> Page:
        """Import the page, and return a new one."""
        page: Page = resolve_name(self.place)(context)
        return page


PAGES: Final = (
    PageEntry(spoken("&Overview"), "desktop.pages.overview:Overview"),
    PageEntry(spoken("&Replies"), "desktop.pages.replies:Replies"),
)

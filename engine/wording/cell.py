"""One cell of a table in words, whoever draws the table: a window, a terminal, a page."""

from dataclasses import dataclass

from engine.wording.states import State


@dataclass(frozen=True, slots=True)
class Cell:
    """One text; `more` is what a closer look shows, the text itself if it is empty."""

    text: str
    more: str = ""
    mark: State | None = None


Row = tuple[Cell, ...]

"""Defines a cell of a table in words, for a window, a terminal or a page."""

from dataclasses import dataclass

from engine.wording.states import State


@dataclass(frozen=True, slots=True)
class Cell:
    """One text; `more` are its details, or the text itself if empty."""

    text: str
    more: str = ""
    mark: State | None = None


Row = tuple[Cell, ...]

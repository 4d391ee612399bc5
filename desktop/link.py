"""Defines everything the desktop may ask of an engine: a snapshot, events, and commands."""

from array import array
from collections.abc import Callable
from typing import Protocol, TypeVar

from engine.bus import Unsubscribe
from engine.commands.request import Request
from engine.snapshot import Snapshot
from engine.watch.history import Resolution, Series

Event = TypeVar("Event")
Result = TypeVar("Result")


class Link(Protocol):
    """An engine as the desktop sees it; `engine.engine.Engine` is one."""

    def snapshot(self) -> Snapshot:
        """Return the present state; cheap enough for every tick."""
        ...

    def history(self, series: Series, resolution: Resolution, count: int) -> "array[float]":
        """Return the last `count` points, oldest first; NaN is a gap."""
        ...

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        """Call `receive` on the loop's thread with every event of this type."""
        ...

    def look_closely(self) -> Unsubscribe:
        """Have `Ticked` come every second until what is returned is called."""
        ...

    async def command(self, request: Request[Result]) -> Result:
        """Carry out a command of `engine.commands`; raises GavatcoreError or OSError."""
        ...

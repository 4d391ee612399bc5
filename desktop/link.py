"""Defines everything the desktop may ask of an engine: a snapshot, events, and commands."""

from array import array
from collections.abc import Callable
from typing import Protocol, TypeVar

from engine.bus import Unsubscribe
from engine.snapshot import Snapshot
from engine.telegram.sessions.lock_check import LockCheck
from engine.watch.collection import Collection
from engine.watch.history import Resolution, Series

Event = TypeVar("Event")


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

    def enter_emergency(self) -> None:
        """Close the gates for LLM calls and announcements; static answers are used instead."""
        ...

    def leave_emergency(self) -> None:
        """Open what emergency mode closed."""
        ...

    async def pause_bot(self, name: str) -> None:
        """Take a bot offline until it is resumed, even after a restart; raises GavatcoreError."""
        ...

    async def resume_bot(self, name: str) -> None:
        """Let a paused or refused bot run again; raises GavatcoreError."""
        ...

    async def clean_locks(self) -> tuple[LockCheck, ...]:
        """Check every session, and repair what a dead process left."""
        ...

    async def collect_garbage(self) -> Collection:
        """Collect garbage, return memory to the operating system, and report the result."""
        ...

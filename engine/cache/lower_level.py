"""Defines the interface of a lower level: bytes with a time to live and tags."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.cache.stats import LevelStats


@dataclass(frozen=True, slots=True)
class Record:
    """A packed value."""

    payload: bytes
    ttl: float | None  # seconds it has left; None: no end
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invalidation:
    """The keys and tags that another process changed or deleted."""

    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everything: bool = False


OnInvalidated = Callable[[Invalidation], Awaitable[None]]


class LowerLevel(Protocol):
    """A level below memory. No method raises: in trouble, a level holds nothing and keeps nothing.

    What is deleted or changed meanwhile is gone when it comes back.
    """

    async def get(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the values that exist, by key."""
        ...

    async def set(self, records: Mapping[str, Record], *, change: bool) -> None:
        """Store or replace; a `change`, unlike a load, is reported to other processes."""
        ...

    async def delete(self, keys: Sequence[str], *, change: bool = True) -> None:
        """Delete; without `change` (a merely unreadable value), other processes are not told."""
        ...

    async def delete_tagged(self, tags: Sequence[str]) -> None:
        """Delete what carries any of `tags`."""
        ...

    async def clear(self) -> None:
        """Delete everything in this cache."""

    def listen(self, receive: OnInvalidated) -> None:
        """Call `receive` with other processes' changes, if the level can know them."""
        ...

    def stats(self) -> LevelStats:
        """Return the counters of this level."""

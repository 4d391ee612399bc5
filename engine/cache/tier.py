"""The face of a lower tier: bytes with a time to live and tags, kept outside this process."""

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
    """What another process changed or deleted."""

    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everything: bool = False


OnInvalidated = Callable[[Invalidation], Awaitable[None]]


class Tier(Protocol):
    """No method raises: a tier in trouble holds nothing and keeps nothing, until it is back.

    What is deleted or changed meanwhile is gone when it is back.
    """

    async def get(self, keys: Sequence[str]) -> dict[str, Record]:
        """Those of `keys` that are there."""
        ...

    async def set(self, records: Mapping[str, Record], *, change: bool) -> None:
        """Store or replace; a `change`, unlike a load, is told to other processes."""
        ...

    async def delete(self, keys: Sequence[str], *, change: bool = True) -> None:
        """Delete; what was merely unreadable is no `change` to tell others of."""
        ...

    async def delete_tagged(self, tags: Sequence[str]) -> None:
        """Delete what carries any of `tags`."""
        ...

    async def clear(self) -> None: ...

    def listen(self, receive: OnInvalidated) -> None:
        """Tell `receive` what other processes change and delete, if this tier can know."""
        ...

    def stats(self) -> LevelStats: ...

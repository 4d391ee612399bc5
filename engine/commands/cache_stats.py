"""Reports the state of a running engine's caches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cache.stats import CacheStats
from engine.commands.request import Implementation, Request
from engine.language import _, number
from engine.wording.formatting import NO_VALUE, mebibytes, percent

if TYPE_CHECKING:
    from engine.commands.controls import Controls

Caches = tuple[CacheStats, ...]


@dataclass(frozen=True, slots=True)
class AskCaches(Request[Caches]):
    """Ask for the state of each cache."""


async def run(controls: "Controls", _request: AskCaches) -> Caches:
    """Return each cache's counters since the start, and its lookups of the last minute."""
    return controls.snapshot().caches


def said(caches: Caches) -> str:
    """Return a line about each cache."""
    return "\n".join(_lines(caches))


def _lines(caches: Caches) -> Iterator[str]:
    text = _("{name}: {entries} entries, {size}, hit ratio of the last minute {ratio}.")
    for one in caches:
        ratio = NO_VALUE if one.hit_ratio is None else percent(one.hit_ratio * 100)
        yield text.format(
            name=one.name, entries=number(one.entries), size=mebibytes(one.bytes), ratio=ratio
        )


IMPLEMENTATION = Implementation(AskCaches, Caches, run, said)

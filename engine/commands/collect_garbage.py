"""Collects garbage and gives memory back to the system."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.watch.collection import Collection
from engine.wording.collections import collection_sentence

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class CollectGarbage(Request[Collection]):
    """Collect garbage, return memory to the operating system, and report the result."""


async def run(_controls: "Controls", _request: CollectGarbage) -> Collection:
    """Return what one run of the collector gave back."""
    from engine.watch.collector import collect_garbage  # noqa: PLC0415 - psutil, for engines alone

    return await collect_garbage()


IMPLEMENTATION = Implementation(CollectGarbage, Collection, run, collection_sentence)

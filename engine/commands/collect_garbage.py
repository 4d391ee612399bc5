"""Collects garbage and gives memory back to the system."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _, number
from engine.watch.collection import Collection
from engine.wording.formatting import mebibytes, milliseconds

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class CollectGarbage(Request[Collection]):
    """Collect, give memory back to the operating system, and say what came of it."""


async def run(_controls: "Controls", _request: CollectGarbage) -> Collection:
    """Return what one run of the collector gave back."""
    from engine.watch.collector import collect_garbage  # noqa: PLC0415 - psutil, for engines alone

    return await collect_garbage()


def collection_sentence(collection: Collection) -> str:
    """Say how many objects and how much memory there were and are; zero is said too."""
    freed = collection.objects_before - collection.objects_after
    return _(
        "Objects {objects_before} → {objects_after} ({objects}); "
        "memory {rss_before} → {rss_after} ({rss}); took {time}."
    ).format(
        objects_before=number(collection.objects_before),
        objects_after=number(collection.objects_after),
        objects=_change(-freed, number(abs(freed))),
        rss_before=mebibytes(collection.rss_before, 1),
        rss_after=mebibytes(collection.rss_after, 1),
        rss=_change(-collection.rss_freed, str(mebibytes(abs(collection.rss_freed), 1))),
        time=milliseconds(collection.seconds * 1000),
    )


def _change(difference: int, size: str) -> str:
    sign = "−" if difference < 0 else "+" if difference > 0 else "±"  # noqa: RUF001 - a real minus
    return f"{sign}{size}"


IMPLEMENTATION = Implementation(CollectGarbage, Collection, run, collection_sentence)

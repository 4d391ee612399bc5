"""Words the result of a garbage collection."""

from typing import Protocol

from engine.language import _, number
from engine.wording.formatting import mebibytes, milliseconds


class CollectionResult(Protocol):
    """The result to word: `engine.watch.collection.Collection`, which is a layer above."""

    @property
    def objects_before(self) -> int:
        """Blocks of Python's allocator before the collection."""

    @property
    def objects_after(self) -> int:
        """Blocks of Python's allocator after the collection."""

    @property
    def rss_before(self) -> int:  # bytes
        """Resident memory before, in bytes."""

    @property
    def rss_after(self) -> int:  # bytes
        """Resident memory after, in bytes."""

    @property
    def rss_freed(self) -> int:  # bytes
        """Bytes returned to the system."""

    @property
    def seconds(self) -> float:
        """Seconds that it took."""


def collection_sentence(collection: CollectionResult) -> str:
    """Return objects and memory before and after; zero is mentioned too."""
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

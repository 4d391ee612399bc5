"""A garbage collection in words."""

from typing import Protocol

from engine.language import _, number
from engine.wording.formatting import mebibytes, milliseconds


class Collection(Protocol):
    """What is told: `engine.watch.collection.Collection`, which is a floor above."""

    @property
    def objects_before(self) -> int: ...
    @property
    def objects_after(self) -> int: ...
    @property
    def rss_before(self) -> int: ...  # bytes
    @property
    def rss_after(self) -> int: ...  # bytes
    @property
    def rss_freed(self) -> int: ...  # bytes
    @property
    def seconds(self) -> float: ...


def collection_sentence(collection: Collection) -> str:
    """Objects and memory before and after, as counted; zero is said too."""
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

"""Deletes copies of people's data in the caches when somebody wants to be forgotten."""

from collections.abc import Sequence
from typing import Any

from engine.cache.named import NamedCaches


class PersonalCopies:
    """Deletes the copies of all people, since no record tells whose lines a chat's are.

    The lines are read again when needed. Shared answers are kept by what was asked, not by who
    asked.
    """

    def __init__(self, caches: NamedCaches[Any]) -> None:
        self._caches = caches

    async def export(self, person: int) -> Sequence[str]:  # noqa: ARG002 - the same for everybody
        """Return nothing: the originals are exported from where they are stored."""
        return ()

    async def erase(self, person: int) -> None:  # noqa: ARG002 - as said
        """Delete all copies."""
        await self._caches.forget_people()

"""What the caches hold of people: copies, deleted when somebody wants to be forgotten."""

from collections.abc import Sequence
from typing import Any

from engine.cache.named import NamedCaches


class PersonalCopies:
    """Which chat's lines are whose is noted nowhere, so the copies of all go; they are read anew.

    Shared answers are kept by what was asked, not by who asked.
    """

    def __init__(self, caches: NamedCaches[Any]) -> None:
        self._caches = caches

    async def export(self, person: int) -> Sequence[str]:  # noqa: ARG002 - the same for everybody
        """Nothing: what they are copies of is shown where it is kept."""
        return ()

    async def erase(self, person: int) -> None:  # noqa: ARG002 - as said
        await self._caches.forget_people()

"""Empties the caches."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class ClearCaches(Request[None]):
    """Delete everything that any cache holds, in other processes too."""


async def run(controls: "Controls", _request: ClearCaches) -> None:
    """Clear every level of every cache."""
    await controls.caches.clear()


def said(_result: None) -> str:
    """Say that they are empty."""
    return _("The caches are empty.")


IMPLEMENTATION = Implementation(ClearCaches, type(None), run, said)

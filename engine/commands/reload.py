"""Reads again what commands and people change in a data directory while an engine runs."""

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from engine.commands.parts import Part
from engine.commands.request import Implementation, Request
from engine.language import _, spoken

if TYPE_CHECKING:
    from engine.commands.controls import Controls


class Reload(Request[None], frozen=True):
    """Read some parts again, or all; what cannot be understood changes nothing."""

    only: Annotated[
        tuple[Part, ...], Meta(description=spoken("Only this; all of them unless given."))
    ] = tuple(Part)


async def run(controls: "Controls", request: Reload) -> None:
    """Go by what is there now; raises GavatcoreError naming what cannot be understood."""
    await controls.reload(request.only)


def said(_result: None) -> str:
    """Say that it is done."""
    return _("The engine goes by what the files say now.")


IMPLEMENTATION = Implementation(Reload, type(None), run, said)

"""Reads again what commands and people change in a data directory while an engine runs."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.commands.parts import Part
from engine.commands.request import HELP, Implementation, Request
from engine.language import _, spoken

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class Reload(Request[None]):
    """Read some parts again, or all; an invalid file changes nothing."""

    only: tuple[Part, ...] = field(
        default=tuple(Part), metadata={HELP: spoken("Only this; all of them unless given.")}
    )


async def run(controls: "Controls", request: Reload) -> None:
    """Apply what is there now; raises GavatcoreError naming what is invalid."""
    await controls.reload(request.only)


def said(_result: None) -> str:
    """Say that it is done."""
    return _("The engine goes by what the files say now.")


IMPLEMENTATION = Implementation(Reload, type(None), run, said)

"""Turns emergency mode off."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class LeaveEmergency(Request[None]):
    """Open again what emergency mode closed."""


async def run(controls: "Controls", _request: LeaveEmergency) -> None:
    """Turn it off; harmless if it is off."""
    controls.emergency.leave()


def said(_result: None) -> str:
    """Say that it is off."""
    return _("Emergency mode is over.")


IMPLEMENTATION = Implementation(LeaveEmergency, type(None), run, said)

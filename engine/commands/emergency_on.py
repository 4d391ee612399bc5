"""Turns emergency mode on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _
from engine.watch.emergency_state import EmergencyCause

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class EnterEmergency(Request[None]):
    """Close the gates for LLM calls and announcements; static answers are used instead."""


async def run(controls: "Controls", _request: EnterEmergency) -> None:
    """Turn it on for the operator; an earlier cause stays."""
    controls.emergency.enter(EmergencyCause.OPERATOR)


def said(_result: None) -> str:
    """Say that it is on."""
    return _("Emergency mode is on: answers come from the static pool.")


IMPLEMENTATION = Implementation(EnterEmergency, type(None), run, said)

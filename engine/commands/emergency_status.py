"""Tells if emergency mode is on."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _
from engine.watch.emergency_state import EmergencyState
from engine.wording.emergency import emergency_effect, emergency_title

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class AskEmergency(Request[EmergencyState | None]):
    """Ask since when and why it is on; None: it is off."""


async def run(controls: "Controls", _request: AskEmergency) -> EmergencyState | None:
    """Return the state of emergency mode; None while it is off."""
    return controls.emergency.state


def said(state: EmergencyState | None) -> str:
    """Say since when and why it is on, and what is off by it."""
    if state is None:
        return _("Emergency mode is off.")
    title = emergency_title(state, time.time())
    return f"{title} {emergency_effect(state)}"


IMPLEMENTATION = Implementation(AskEmergency, EmergencyState | None, run, said)

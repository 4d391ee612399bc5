"""Checks every session, and repairs what a dead process left."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.telegram.sessions.lock_check import LockCheck
from engine.wording.locks import lock_summary

if TYPE_CHECKING:
    from engine.commands.controls import Controls

Checks = tuple[LockCheck, ...]


@dataclass(frozen=True, slots=True)
class CleanSessions(Request[Checks]):
    """Check every session, and repair what a dead process left."""


async def run(controls: "Controls", _request: CleanSessions) -> Checks:
    """Return how the check of each session ended."""
    from engine.telegram.sessions.check import check_sessions  # noqa: PLC0415 - for engines alone

    return await asyncio.to_thread(
        check_sessions, controls.sessions, controls.fleet.held_sessions(), controls.clock.now()
    )


def counted(checks: Checks) -> Mapping[str, object]:
    """Return how many sessions had each outcome."""
    return Counter(check.outcome.value for check in checks)


IMPLEMENTATION = Implementation(CleanSessions, Checks, run, lock_summary, detail=counted)

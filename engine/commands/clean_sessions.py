"""Checks every session, and repairs what a dead process left."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _, ngettext, number
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome

if TYPE_CHECKING:
    from engine.commands.controls import Controls

Checks = tuple[LockCheck, ...]


@dataclass(frozen=True, slots=True)
class CleanSessions(Request[Checks]):
    """Check every session; repair what a dead process left."""


async def run(controls: "Controls", _request: CleanSessions) -> Checks:
    """Return how the check of each session ended."""
    from engine.telegram.sessions.check import check_sessions  # noqa: PLC0415 - for engines alone

    return await asyncio.to_thread(
        check_sessions, controls.sessions, controls.fleet.held_sessions(), controls.clock.now()
    )


def counted(checks: Checks) -> Mapping[str, object]:
    """Return how many sessions had each outcome."""
    return Counter(check.outcome.value for check in checks)


def lock_summary(checks: Checks) -> str:
    """Say all outcomes in one sentence."""
    if not checks:
        return _("There is no session to check yet.")
    recovered = sum(check.outcome is LockOutcome.RECOVERED for check in checks)
    unsolved = sum(
        check.outcome
        in {LockOutcome.HELD, LockOutcome.SET_ASIDE, LockOutcome.DAMAGED, LockOutcome.FAILED}
        for check in checks
    )
    text = ngettext("{count} session checked", "{count} sessions checked", len(checks))
    return _("{checked}: {recovered} recovered, {unsolved} to look at.").format(
        checked=text.format(count=number(len(checks))),
        recovered=number(recovered),
        unsolved=number(unsolved),
    )


IMPLEMENTATION = Implementation(CleanSessions, Checks, run, lock_summary, detail=counted)

"""Repairs at the start what dead processes left in sessions that no bot here runs."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from engine.telegram.sessions.check import AT_START, check_sessions
from engine.telegram.sessions.lock_check import LockOutcome
from engine.wording.locks import lock_outcome_word

_log = logging.getLogger(__name__)


async def check_others(
    directory: Path, own: frozenset[str], now: float, on_error: Callable[[BaseException], None]
) -> None:
    """Check the other sessions; bots check their `own`. Unexpected errors go to `on_error`."""
    try:
        for check in await asyncio.to_thread(check_sessions, directory, own, now, AT_START):
            if check.outcome not in {LockOutcome.SOUND, LockOutcome.OWN}:
                word = lock_outcome_word(check.outcome)
                _log.warning("session %s: %s, %s", check.session, word, check.detail)
    except Exception as error:  # noqa: BLE001 - it must not end with nobody told
        on_error(error)

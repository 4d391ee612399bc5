"""Determines where the updates of a new login begin: before the first one pushed to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from telethon._updates.messagebox import ENTRY_ACCOUNT, PtsInfo
from telethon._updates.session import SessionState

_LEAST_PTS = 1  # Telethon treats 0 as unknown


def first_state(state: Any, qts: int, pushed: Iterable[Any]) -> SessionState:
    """Return the state to begin at, given Telegram's own state and the updates pushed meanwhile.

    The state is requested after the login, so it already counts what came in between. Used as it
    is, a message of that moment would pass for one that was read.
    """
    before = (info.pts - info.pts_count for info in _of_account(pushed))
    pts = max(min((state.pts, *before)), _LEAST_PTS)
    return SessionState(0, 0, False, pts, qts, int(state.date.timestamp()), state.seq, None)


def _of_account(pushed: Iterable[Any]) -> Iterator[PtsInfo]:
    for container in pushed:
        updates = getattr(container, "updates", None) or [getattr(container, "update", container)]
        for update in updates:
            info = PtsInfo.from_update(update)
            if info is not None and info.entry is ENTRY_ACCOUNT:
                yield info

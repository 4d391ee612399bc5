"""Where the updates of a new login begin: before the first one that Telegram sent to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from telethon._updates.messagebox import ENTRY_ACCOUNT, PtsInfo
from telethon._updates.session import SessionState

_LEAST_PTS = 1  # Telethon takes 0 for unknown


def first_state(state: Any, qts: int, pushed: Iterable[Any]) -> SessionState:
    """Return the state to begin at, given Telegram's own and what it has pushed meanwhile.

    The state is asked for after the login, so what came in between is counted in it already; left
    to it, a message of that moment would be taken for one that was read.
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

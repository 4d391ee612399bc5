"""Silences a socket while the callback that reads it waits in a nested Qt loop."""

import asyncio
import select
import selectors
from collections.abc import Sequence
from typing import Any

Ready = list[tuple[selectors.SelectorKey, int]]


class SuspendedReaders:
    """Sockets whose callback is on the stack: they must not be read again or wake Qt.

    Only the kernel's interest changes, not the selector, so callbacks may be added and removed
    meanwhile.
    """

    def __init__(self, selector: Any, quiet: dict[int, int]) -> None:
        """Use `selector`, an EpollSelector; `quiet` must hold the silenced descriptors."""
        self._selector = selector
        self._epoll: select.epoll = selector._selector
        self._quiet = quiet

    def withhold(self, ready: Ready, suspended: Sequence[asyncio.Handle]) -> Ready:
        """Return what may be delivered, and silence the rest."""
        kept: Ready = []
        for key, found in ready:
            mask = found
            if mask & selectors.EVENT_READ and key.data[0] in suspended:
                mask &= ~selectors.EVENT_READ
                self._silence(key)
            if mask:
                kept.append((key, mask))
        return kept

    def resume(self, suspended: Sequence[asyncio.Handle]) -> None:
        """Listen again to the sockets whose callback has returned or was replaced."""
        keys = self._selector.get_map()
        for fd in list(self._quiet):
            key = keys.get(fd)
            if key is not None and key.data[0] in suspended:
                continue
            del self._quiet[fd]
            if key is not None:
                self._epoll.modify(fd, _interest(key.events))

    def _silence(self, key: selectors.SelectorKey) -> None:
        if self._quiet.get(key.fd) == key.events:
            return
        self._quiet[key.fd] = key.events
        # Edge-triggered, because a hang-up cannot be masked and would be reported endlessly.
        self._epoll.modify(key.fd, _interest(key.events & ~selectors.EVENT_READ) | select.EPOLLET)


def _interest(events: int) -> int:
    reading = select.EPOLLIN if events & selectors.EVENT_READ else 0
    writing = select.EPOLLOUT if events & selectors.EVENT_WRITE else 0
    return reading | writing

"""Tells when each turn of the loop begins and ends: no timer, and nothing while the loop sleeps."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

_PUNCTUAL = 0.002  # seconds by which a timer may be late: the kernel counts in milliseconds

Stop = Callable[[], None]


class TurnListener(Protocol):
    """All times are the loop's, in seconds."""

    def turn_began(self, at: float) -> None:
        """What was due is about to run."""
        ...

    def turn_ended(self, at: float) -> None:
        """All that was due has run; the loop looks what else is, or sleeps."""
        ...

    def was_late(self, since: float, at: float) -> None:
        """Something due at `since` has had to wait until now, outside of any turn."""
        ...


class WatchableLoop(Protocol):
    """A loop that tells of its turns by itself, as the desktop's does."""

    def watch_turns(self, listener: TurnListener) -> Stop:
        """Tell `listener` from now on, until what is returned is called."""
        ...


def watch_turns(loop: asyncio.AbstractEventLoop, listener: TurnListener) -> Stop:
    """Tell `listener` of each turn of `loop`, which runs; what is returned ends that."""
    watch = getattr(loop, "watch_turns", None)
    if watch is not None:
        stop: Stop = watch(listener)
        return stop
    return _watch_selector(loop, listener)


def _watch_selector(loop: Any, listener: TurnListener) -> Stop:
    """Listen at the one door of asyncio's own loops: between two turns they look what is due.

    `_selector` is private to asyncio, but both kinds of its loops have it; a loop without one is
    not measured.
    """
    selector = getattr(loop, "_selector", None)
    if selector is None:
        return lambda: None
    look: Callable[[float | None], Iterable[Any]] = selector.select
    time, began, ended = loop.time, listener.turn_began, listener.turn_ended

    def select(timeout: float | None = None) -> Iterable[Any]:
        rested = time()
        ended(rested)
        found = look(timeout)
        now = time()
        if timeout is not None and now - rested > timeout + _PUNCTUAL:
            listener.was_late(rested + max(0.0, timeout), now)
        began(now)
        return found

    selector.select = select
    began(time())  # the turn that calls this is under way

    def stop() -> None:
        if selector.select is select:
            selector.select = look

    return stop

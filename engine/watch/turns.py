"""Reports when each turn of the loop begins and ends: no timer, no work while the loop sleeps."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

_PUNCTUAL = 0.002  # seconds by which a timer may be late: the kernel counts in milliseconds

Stop = Callable[[], None]


class TurnListener(Protocol):
    """Receives the turns; all times are the loop's, in seconds."""

    def turn_began(self, at: float) -> None:
        """Note that due work is about to run."""
        ...

    def turn_ended(self, at: float) -> None:
        """Note that all due work has run; the loop looks for more, or sleeps."""
        ...

    def was_late(self, since: float, at: float) -> None:
        """Note that something due at `since` had to wait until now, outside of any turn."""
        ...


def watch_turns(loop: asyncio.AbstractEventLoop, listener: TurnListener) -> Stop:
    """Report each turn of the running `loop` to `listener`; the returned function ends that."""
    watch = getattr(loop, "watch_turns", None)  # a loop that reports its own, like the desktop's
    if watch is not None:
        stop: Stop = watch(listener)
        return stop
    return _watch_selector(loop, listener)


def _watch_selector(loop: Any, listener: TurnListener) -> Stop:
    """Listen at the selector of asyncio's own loops, which they poll between two turns.

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

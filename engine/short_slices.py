"""Lets the loop's thread run during long work in another thread, such as imports."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SHORT = 0.0005  # s

_lock = threading.Lock()
_inside = 0
_usual = 0.0


@contextmanager
def short_slices() -> Iterator[None]:
    """Give a waiting thread the interpreter within half a millisecond, inside the block.

    By default it waits 5 ms each time, and one turn of the loop waits more than once.
    """
    global _inside, _usual  # noqa: PLW0603 - the interval is the process's, too
    with _lock:
        if not _inside:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(_SHORT)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                sys.setswitchinterval(_usual)

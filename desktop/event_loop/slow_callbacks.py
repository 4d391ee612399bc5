"""Logs, in debug mode, the callbacks that hold the loop."""

import asyncio
import logging
import time

logger = logging.getLogger("asyncio")


def run_watched(handle: asyncio.Handle, slow: float) -> None:
    """Run a callback, and log it if it took at least `slow` seconds."""
    started = time.monotonic()
    handle._run()
    took = time.monotonic() - started
    if took >= slow:
        callback = getattr(handle, "_callback", None)  # None if the handle cancelled itself
        task = getattr(callback, "__self__", None)
        what = task if isinstance(task, asyncio.Task) else handle
        logger.warning("Executing %r took %.3f seconds", what, took)

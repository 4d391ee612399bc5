"""Logs errors that nobody caught in an event loop, without asyncio's words."""

import asyncio
import logging
from typing import Any

_log = logging.getLogger(__name__)


def log_uncaught(loop: asyncio.AbstractEventLoop) -> None:
    """Log the errors of callbacks and of tasks that nobody awaits."""
    loop.set_exception_handler(_in_loop)


def _in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error: BaseException | None = context.get("exception")
    # asyncio's text contains a callback's arguments.
    said = str(context.get("message", "")).partition(" in callback ")[0]
    _log.error("in the event loop: %s", said or "an error", exc_info=error)

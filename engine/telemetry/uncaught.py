"""Brings errors that nobody caught to the log, where a process has no better place for them.

Python's own hooks print an error's text, which may repeat what people wrote, to standard error.
"""

import asyncio
import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

from engine.telemetry.redaction import redact
from engine.telemetry.tracebacks import trace_of

_log = logging.getLogger(__name__)


def print_uncaught() -> None:
    """Let what ends the process, a thread or a finaliser say where it came up and what it is.

    Warnings say their kind and place. Call it first of all in a process.
    """
    sys.excepthook = _end
    threading.excepthook = _end_of_thread
    sys.unraisablehook = _finalised
    warnings.formatwarning = _warning


def log_uncaught(loop: asyncio.AbstractEventLoop) -> None:
    """Log errors of tasks that nobody awaits and of callbacks, without asyncio's words on them."""
    loop.set_exception_handler(_in_loop)


def _end(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _say(trace_of(error))


def _end_of_thread(arguments: threading.ExceptHookArgs) -> None:
    error = arguments.exc_value
    if error is None or isinstance(error, SystemExit):
        return
    _say(f"In a thread:\n{trace_of(error)}")


def _finalised(arguments: Any) -> None:
    error: BaseException | None = arguments.exc_value
    if error is not None:
        _say(f"In a finaliser:\n{trace_of(error)}")


def _warning(
    message: Warning | str,  # noqa: ARG001 - warnings names it; a library may quote in it
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,  # noqa: ARG001 - as above
) -> str:
    return f"{filename}:{lineno}: {category.__name__}\n"


def _in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error: BaseException | None = context.get("exception")
    # asyncio words a callback with its arguments.
    said = str(context.get("message", "")).partition(" in callback ")[0]
    _log.error("in the event loop: %s", said or "an error", exc_info=error)


def _say(text: str) -> None:
    if sys.stderr is not None:  # None under pythonw
        sys.stderr.write(f"{redact(text)}\n")

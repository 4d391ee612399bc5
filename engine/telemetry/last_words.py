"""Writes one last sentence to stderr when a program of ours fails, never a traceback."""

import contextlib
import errno
import logging
import os
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

from engine.errors import GavatcoreError, described
from engine.language import _
from engine.telemetry.redaction import redact
from engine.telemetry.tracebacks import trace_of

_log = logging.getLogger(__name__)

BROKEN_PIPE = 141  # the exit status of a shell for SIGPIPE


def prepare_streams() -> None:
    """Make printing safe: closed streams lead nowhere, unencodable letters are replaced."""
    if sys.stdin is None:
        sys.stdin = _nowhere("r")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the parent process, or pythonw
            setattr(sys, name, _nowhere("w"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(mode: str) -> Any:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - for the process's life


def replace_tracebacks() -> None:
    """Replace Python's hooks, so that they print a sentence instead of a traceback."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _uncaught_in_finaliser
    warnings.formatwarning = _warning
    logging.raiseExceptions = False  # neither may a log that cannot be written
    last = logging.StreamHandler()
    last.setLevel(logging.ERROR)
    last.setFormatter(_TerseFormatter("gavatcore: %(message)s"))
    logging.lastResort = last  # used while no log has begun


def words_about(error: BaseException) -> str:
    """Return one sentence about any error, without texts that strangers may have written."""
    if isinstance(error, GavatcoreError) or (isinstance(error, OSError) and error.strerror):
        sentence = described(error)
    elif isinstance(error, ImportError):  # the interpreter or the linker wrote the text
        sentence = _("A part of Gavatcore cannot be loaded ({error}): install it anew.").format(
            error=error
        )
    elif isinstance(error, MemoryError):
        sentence = _("There is not enough memory.")
    else:
        kind = type(error).__name__
        if logging.getLogger().hasHandlers():
            text = _("Something went wrong inside Gavatcore ({error}). The log has the details.")
        else:
            text = _(
                "Something went wrong inside Gavatcore ({error}). Start it again with "
                "LOG_LEVEL=DEBUG to see the details."
            )
        sentence = text.format(error=kind)
    return redact(sentence)


def say(sentence: str) -> None:
    """Print the sentence to stderr, if there is one."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"gavatcore: {sentence}\n")
        sys.stderr.flush()


def say_last_words(error: BaseException) -> str:
    """Print and return the sentence about `error`; an unexpected one is also logged."""
    sentence = words_about(error)
    if not isinstance(error, GavatcoreError | OSError | ImportError):
        if logging.getLogger().hasHandlers():
            _log.critical("unexpected error", exc_info=error)
        elif os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
            _print_trace(error)
    say(sentence)
    return sentence


def finish_output(status: int) -> int:
    """Flush the output; return the exit status, which lost output changes."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would try again at its end, and complain.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status or output_lost(error)  # one sentence is enough
    return status


def output_lost(error: OSError) -> int:
    """Return the exit status after stdout failed; a closed pipe is no failure of ours."""
    if error.errno == errno.EPIPE:
        return BROKEN_PIPE
    say(_("The output cannot be written: {error}.").format(error=error.strerror))
    return 2


class _TerseFormatter(logging.Formatter):
    """Leaves the traceback to the log."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        return redact(self.formatMessage(record))


def _print_trace(error: BaseException) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(redact(f"{trace_of(error)}\n"))


def _uncaught(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        say_last_words(error)


def _uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
        say_last_words(arguments.exc_value)


def _warning(
    message: Warning | str,  # noqa: ARG001 - warnings names it; a library may quote in it
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,  # noqa: ARG001 - as above
) -> str:
    return f"{filename}:{lineno}: {category.__name__}\n"


def _uncaught_in_finaliser(arguments: Any) -> None:
    error = arguments.exc_value
    # An error in a finaliser has no effect, so only the log gets it.
    if error is not None and logging.getLogger().hasHandlers():
        _log.error("unexpected error in a finaliser", exc_info=error)

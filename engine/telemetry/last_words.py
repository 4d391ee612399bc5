"""What a program of ours says when nothing else did: one sentence on stderr, never a traceback."""

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

BROKEN_PIPE = 141  # as a shell counts what SIGPIPE ended


def prepare_streams() -> None:
    """Make it safe to print: streams that were closed lead nowhere, odd letters are replaced."""
    if sys.stdin is None:
        sys.stdin = _nowhere("r")
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who started us, or pythonw
            setattr(sys, name, _nowhere("w"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _nowhere(mode: str) -> Any:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - for the process's life


def replace_tracebacks() -> None:
    """Have Python's own hooks say a sentence where they would print a traceback."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _uncaught_in_finaliser
    warnings.formatwarning = _warning
    logging.raiseExceptions = False  # a log that cannot be written is no reason for one either
    last = logging.StreamHandler()
    last.setLevel(logging.ERROR)
    last.setFormatter(_TerseFormatter("gavatcore: %(message)s"))
    logging.lastResort = last  # speaks while no log has begun


def words_about(error: BaseException) -> str:
    """One sentence about any error, without what a stranger may have put into its text."""
    if isinstance(error, GavatcoreError) or (isinstance(error, OSError) and error.strerror):
        sentence = described(error)
    elif isinstance(error, ImportError):  # the text is the interpreter's or the linker's
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
    """Print the sentence to stderr, as far as there is one."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"gavatcore: {sentence}\n")
        sys.stderr.flush()


def say_last_words(error: BaseException) -> str:
    """Say and return the sentence about `error`; one that nobody expected goes to the log too."""
    sentence = words_about(error)
    if not isinstance(error, GavatcoreError | OSError | ImportError):
        if logging.getLogger().hasHandlers():
            _log.critical("unexpected error", exc_info=error)
        elif os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
            _print_trace(error)
    say(sentence)
    return sentence


def finish_output(status: int) -> int:
    """Write out what waits to be printed; the exit status, which a lost output changes."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # Python would try once more at its end, and complain.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status or output_lost(error)  # one sentence is enough
    return status


def output_lost(error: OSError) -> int:
    """The exit status after stdout failed; who closed a pipe has had enough."""
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
    # What a finaliser met changes nothing any more: it is for the log alone.
    if error is not None and logging.getLogger().hasHandlers():
        _log.error("unexpected error in a finaliser", exc_info=error)

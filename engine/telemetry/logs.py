"""Writes the log to a file of bounded size, and to a terminal if there is one.

A thread writes, so that no slow disk holds the loop. Secrets are removed first, and so are texts of
errors that are not ours, because they may repeat what people wrote.
"""

import atexit
import contextlib
import copy
import logging
import queue
import sys
from collections.abc import Mapping
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from typing import Any, TextIO

from engine.errors import described
from engine.files.private_files import keep_private
from engine.telemetry.log_file import LogFile
from engine.telemetry.redaction import redact
from engine.telemetry.tracebacks import trace_of, without_text

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OURS = {"engine", "desktop"}
_MOST_WAITING = 10_000  # records; further ones are dropped


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging names it
        return trace_of(ei[1]) if ei[1] is not None else ""


class _TerminalFormatter(_RedactingFormatter):
    """Leaves tracebacks to the file: at a terminal a sentence is enough."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)


class _DroppingQueueHandler(QueueHandler):
    """Formats only the arguments on the caller's thread, and never blocks it."""

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        harmless = _plain if record.name.partition(".")[0] in _OURS else _known
        record.msg = harmless(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {key: harmless(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(harmless, record.args))
        record.msg = record.getMessage()
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = without_text(record.msg, record.exc_info[1])
        return record

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as logging names it
        """Do nothing: logging itself would print the arguments."""
        record.msg, record.args, record.exc_info = "a line that could not be worded", None, None
        self.enqueue(record)


def _plain(value: object) -> object:
    return described(value) if isinstance(value, BaseException) else value


def _known(value: object) -> object:
    """Return a plain value or a type's name, since a request or update may hold people's words."""
    if value is None or isinstance(value, str | int | float | BaseException):
        return _plain(value)
    return value.__name__ if isinstance(value, type) else type(value).__name__


class _Terminal(logging.StreamHandler[TextIO]):
    """Drops what a terminal cannot take: it is gone, full, or lacks the letters."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n"
            encoding = getattr(self.stream, "encoding", None) or "utf-8"
            self.stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
            self.flush()
        except (OSError, ValueError):  # ValueError: it is closed
            return


def start_logging(directory: Path, level: str, *, terminal: bool) -> None:
    """Log to `directory`/gavatcore.log, and to standard output if `terminal`; once a process."""
    for file in directory.glob("gavatcore.log*"):  # an earlier version made them readable for all
        with contextlib.suppress(OSError):
            keep_private(file)
    handlers: list[logging.Handler] = [LogFile(directory / "gavatcore.log")]
    handlers[0].setFormatter(_RedactingFormatter(_LINE))
    if terminal:
        spoken = _Terminal(sys.stdout)
        spoken.setFormatter(_TerminalFormatter(_LINE))
        handlers.append(spoken)
    records: queue.Queue[logging.LogRecord] = queue.Queue(_MOST_WAITING)
    listener = QueueListener(records, *handlers)
    root = logging.getLogger()
    root.addHandler(_DroppingQueueHandler(records))
    root.setLevel(level)
    # Telethon logs each reconnect and gap; our own log reports those.
    logging.getLogger("telethon").setLevel(logging.DEBUG if level == "DEBUG" else logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # one line for each step of the schema
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # two lines for each statement
    logging.raiseExceptions = False  # or a handler that fails prints its record
    listener.start()
    atexit.register(listener.stop)

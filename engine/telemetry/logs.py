"""Writes the log: to a file of bounded size, and to a terminal where there is one.

A thread does the writing, so that no slow disk holds the loop; secrets are taken out first, and
with them the texts of errors that are not ours: these may repeat what people wrote.
"""

import atexit
import logging
import queue
import sys
from collections.abc import Mapping
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import Any

from engine.errors import described
from engine.telemetry.redaction import redact
from engine.telemetry.tracebacks import trace_of, without_text

_FILE_BYTES = 5 << 20
_FILES = 3
_OURS = {"engine", "desktop"}
_MOST_WAITING = 10_000  # records; more are dropped rather than remembered


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging names it
        return trace_of(ei[1]) if ei[1] is not None else ""


class _DroppingQueueHandler(QueueHandler):
    """Formats nothing on the caller's thread but the arguments, and never blocks it."""

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
        """Logging itself would print the arguments."""
        record.msg, record.args, record.exc_info = "a line that could not be worded", None, None
        self.enqueue(record)


def _plain(value: object) -> object:
    return described(value) if isinstance(value, BaseException) else value


def _known(value: object) -> object:
    """What a library tells of: a request or an update holds the text of a message."""
    if value is None or isinstance(value, str | int | float | BaseException):
        return _plain(value)
    return value.__name__ if isinstance(value, type) else type(value).__name__


def start_logging(directory: Path, level: str, *, terminal: bool) -> None:
    """Log to `directory`/gavatcore.log, and to standard output if `terminal`; once a process."""
    formatter = _RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            directory / "gavatcore.log",
            maxBytes=_FILE_BYTES,
            backupCount=_FILES,
            encoding="utf-8",
            delay=True,
        )
    ]
    if terminal:
        handlers.append(logging.StreamHandler(sys.stdout))
    for handler in handlers:
        handler.setFormatter(formatter)
    records: queue.Queue[logging.LogRecord] = queue.Queue(_MOST_WAITING)
    listener = QueueListener(records, *handlers)
    root = logging.getLogger()
    root.addHandler(_DroppingQueueHandler(records))
    root.setLevel(level)
    # Telethon tells each reconnect and gap; that is our own log's to say.
    logging.getLogger("telethon").setLevel(logging.DEBUG if level == "DEBUG" else logging.ERROR)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.raiseExceptions = False  # or a handler that fails prints the record it had
    listener.start()
    atexit.register(listener.stop)

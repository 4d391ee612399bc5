"""Writes the log: to a file of bounded size, and to a terminal where there is one.

A thread does the writing, so that no slow disk holds the loop; secrets are taken out first.
"""

import atexit
import copy
import logging
import queue
import sys
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from engine.telemetry.redaction import redact

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FILE_BYTES = 5 << 20
_FILES = 3
_MOST_WAITING = 10_000  # records; more are dropped rather than remembered


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _TerminalFormatter(_RedactingFormatter):
    """Leaves tracebacks to the file: at a terminal a sentence is enough."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)


class _DroppingQueueHandler(QueueHandler):
    """Formats nothing on the caller's thread but the arguments, and never blocks it."""

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            return

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        record.msg = record.getMessage()
        record.args = None
        return record


def start_logging(directory: Path, level: str, *, terminal: bool) -> None:
    """Log to `directory`/gavatcore.log, and to standard output if `terminal`; once a process."""
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
    handlers[0].setFormatter(_RedactingFormatter(_LINE))
    if terminal:
        spoken = logging.StreamHandler(sys.stdout)
        spoken.setFormatter(_TerminalFormatter(_LINE))
        handlers.append(spoken)
    records: queue.Queue[logging.LogRecord] = queue.Queue(_MOST_WAITING)
    listener = QueueListener(records, *handlers)
    root = logging.getLogger()
    root.addHandler(_DroppingQueueHandler(records))
    root.setLevel(level)
    # Telethon tells each reconnect and gap; that is our own log's to say.
    logging.getLogger("telethon").setLevel(logging.DEBUG if level == "DEBUG" else logging.ERROR)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    listener.start()
    atexit.register(listener.stop)

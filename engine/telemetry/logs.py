"""Writes the log: to a file of bounded size, and to a terminal where there is one.

A thread does the writing, so that no slow disk holds the loop; secrets are taken out first.
"""

import atexit
import contextlib
import logging
import os
import queue
import sys
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

from engine.private_files import keep_private, open_private
from engine.telemetry.redaction import redact

_FILE_BYTES = 5 << 20
_FILES = 3
_MOST_WAITING = 10_000  # records; more are dropped rather than remembered


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


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


class _PrivateFileHandler(RotatingFileHandler):
    """Writes for this user alone, and through no link."""

    def _open(self) -> TextIOWrapper:
        descriptor = open_private(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), self.encoding, "backslashreplace")


def start_logging(directory: Path, level: str, *, terminal: bool) -> None:
    """Log to `directory`/gavatcore.log, and to standard output if `terminal`; once a process."""
    formatter = _RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in directory.glob("gavatcore.log*"):  # an earlier version let everybody read them
        with contextlib.suppress(OSError):
            keep_private(file)
    handlers: list[logging.Handler] = [
        _PrivateFileHandler(
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
    listener.start()
    atexit.register(listener.stop)

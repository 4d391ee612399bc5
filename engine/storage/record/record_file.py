"""Keeps the record beside a SQLite file: lines of JSON, appended and flushed.

It is called within a write transaction of that database, whose lock excludes other processes.
"""

import logging
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from engine.files.locked_file import replace_file
from engine.files.small_files import read_bytes
from engine.storage.record.record import (
    Hashes,
    KeepLines,
    PruneRecord,
    ReadRecord,
    RecordKind,
    RecordLine,
    RecordStep,
    worth_keeping,
)

SUFFIX: Final = ".record"
_MOST = 256 << 20  # bytes
_LONGEST_KEY = 1000  # bytes of its line

_log = logging.getLogger(__name__)


def record_of(database: Path) -> Path:
    """Return the file with the record of a SQLite file."""
    return database.with_suffix(SUFFIX)


def run(file: Path, step: RecordStep) -> Sequence[RecordLine]:
    """Do a step; return its lines. Raises OSError or SmallFileError."""
    match step:
        case KeepLines(entries):
            hashes = Hashes(_key(file))
            _append(file, [entry(hashes) for entry in entries])
        case ReadRecord():
            return read(file)
        case PruneRecord(before):
            lines = read(file)
            if len(kept := worth_keeping(lines, before)) < len(lines):
                replace_file(file, b"".join(map(_encoded, kept)))
    return ()


def read(file: Path) -> list[RecordLine]:
    """Return all readable lines: the last may be incomplete if a process died writing it."""
    try:
        content = read_bytes(file, _MOST)
    except FileNotFoundError:
        return []
    found = [line for line in map(_decoded, content.split(b"\n")) if line is not None]
    return found if found and found[0].kind == RecordKind.KEY else []


def _key(file: Path) -> str:
    """Return the key of the record; begin a new record if none can be read."""
    try:
        with file.open("rb") as record:
            first = record.readline(_LONGEST_KEY)
    except FileNotFoundError:
        first = b""
    line = _decoded(first)
    if line is not None and line.kind == RecordKind.KEY:
        return line.mark
    if first:
        aside = file.with_name(f"{file.name}.damaged-{secrets.token_hex(4)}")
        file.replace(aside)
        _log.error("%s was damaged: it is now %s, and a new one was begun", file, aside)
    key = secrets.token_hex(32)
    replace_file(file, _encoded(RecordLine(RecordKind.KEY, key, 0.0)))
    return key


def _append(file: Path, lines: Sequence[RecordLine]) -> None:
    flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(file, flags)
    try:
        size = os.fstat(descriptor).st_size
        os.lseek(descriptor, max(size - 1, 0), os.SEEK_SET)
        is_torn = os.read(descriptor, 1) != b"\n"
        _write(descriptor, b"\n" * is_torn + b"".join(map(_encoded, lines)))
        (_flush_macos if sys.platform == "darwin" else os.fsync)(descriptor)
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _flush_macos(descriptor: int) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows

    fcntl.fcntl(descriptor, getattr(fcntl, "F_FULLFSYNC", 51))  # through the disk's own cache


def _encoded(line: RecordLine) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _decoded(line: bytes) -> RecordLine | None:
    try:
        return msgspec.json.decode(line, type=RecordLine)
    except msgspec.MsgspecError:
        return None

"""Migrates in a child process, so that the running engine never imports Alembic (16 MB).

The child ends with its parent; the database then rolls back what was begun.
"""

import asyncio
import contextlib
import os
import sys
import threading
from pathlib import Path

import msgspec

from engine.errors import described
from engine.language import _, language, use_language
from engine.module_process import module_command
from engine.storage.database.errors import (
    StorageError,
    StorageTrouble,
    TroubleError,
)
from engine.storage.locations.by_url import location_of


class Wanted(msgspec.Struct, frozen=True):
    """The child's task, sent on its standard input, because a URL may hold a password."""

    url: str
    directory: str
    now: float  # s since 1970, by the parent's clock
    language: str


class _Ended(msgspec.Struct, frozen=True):
    """The child's result; without a sentence it succeeded."""

    sentence: str | None = None
    trouble: StorageTrouble | None = None


async def migrate_in_child(url: str, directory: Path, now: float) -> None:
    """Migrate the database like `Location.migrate_here`; raises StorageError."""
    wanted = Wanted(url, str(directory), now, language())
    child = await asyncio.create_subprocess_exec(
        *module_command(__name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        ended = await _hear(child, wanted)
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if ended.trouble is not None:
        raise TroubleError(ended.trouble, ended.sentence)
    if ended.sentence is not None:
        raise StorageError(ended.sentence)


async def _hear(child: asyncio.subprocess.Process, wanted: Wanted) -> _Ended:
    assert child.stdin is not None  # noqa: S101 - pipes were asked for
    assert child.stdout is not None  # noqa: S101 - likewise
    with contextlib.suppress(ConnectionError):
        child.stdin.write(msgspec.json.encode(wanted) + b"\n")  # stays open while we live
        await child.stdin.drain()
    line = await child.stdout.readline()
    try:
        return msgspec.json.decode(line, type=_Ended)
    except msgspec.DecodeError:
        status = await child.wait()
        return _Ended(
            _("The database was not migrated: the program for it ended with status {n}.").format(
                n=status
            )
        )


def _run(wanted: Wanted) -> _Ended:
    use_language(wanted.language)
    try:
        location = location_of(wanted.url, Path(wanted.directory))
        asyncio.run(location.migrate_here(wanted.now))
    except TroubleError as error:
        return _Ended(str(error), error.trouble)
    except Exception as error:  # noqa: BLE001 - it is said by the process that started this one
        return _Ended(described(error))
    return _Ended()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Execute the task from standard input, and report on standard output."""
    wanted = msgspec.json.decode(sys.stdin.buffer.readline(), type=Wanted)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.stdout.buffer.write(msgspec.json.encode(_run(wanted)) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""Replaces the command line's process by the engine that it was asked for.

Typer parses arguments with pydantic: 9 MB that an engine would keep for weeks. On POSIX the process
runs Python again with the parsed options, under the same process id and with the same streams.
"""

import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

OPTION = "--engine"
"""Instead of a command: what follows is the text of a `Headless`."""


def is_replaceable() -> bool:
    """Return True if this process is `gavatcore` itself, and the system can replace it."""
    program = Path(sys.argv[0])
    is_ours = program.name == "gavatcore" or program.parts[-2:] == ("desktop", "__main__.py")
    return is_ours and os.name == "posix"


def replace(wanted: str) -> None:
    """Run Python again, as it was started, with `wanted` instead of the arguments.

    Raises OSError if the system has no such program any more.
    """
    started = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv[1:])]
    # glibc keeps a heap for each of the first 16 threads: 1.5 MB that nobody misses.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *started[1:], OPTION, wanted])  # noqa: S606 - Python


def prepare(wanted: str) -> Coroutine[Any, Any, None]:
    """Import the engine in the replaced process; return what is to be run there."""
    from engine.cli.headless import run_headless  # noqa: PLC0415 - not for the first half
    from engine.cli.wanted import Headless  # noqa: PLC0415 - likewise

    return run_headless(Headless.of(wanted))

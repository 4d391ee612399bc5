"""Lists this machine's visible Python processes, without their secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.telemetry.redaction import redact

_PROGRAMS = ("python", "gavatcore")


@dataclass(frozen=True, slots=True)
class PythonProcess:
    """One process; `command` is the program and its script or module, without arguments."""

    pid: int
    command: str
    rss: int | None  # bytes; None: not visible to us
    started_at: float  # seconds since the epoch


def python_processes() -> tuple[PythonProcess, ...]:
    """Return the processes, sorted by id. Blocking."""
    found = []
    for process in psutil.process_iter(("pid", "name", "cmdline", "memory_info", "create_time")):
        info = process.info
        command = command_of(info["cmdline"] or [info["name"] or ""])
        if command is not None:
            memory = info["memory_info"]
            rss = memory.rss if memory else None
            found.append(PythonProcess(info["pid"], command, rss, info["create_time"] or 0.0))
    return tuple(sorted(found, key=lambda process: process.pid))


def command_of(line: Sequence[str]) -> str | None:
    """Return the command without arguments, which may be secrets; None if it is no Python."""
    program = Path(line[0]).name if line else ""
    if not program.lower().startswith(_PROGRAMS):
        return None
    return redact(" ".join((program, *_script(line[1:]))))


def _script(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return an interpreter's module or script, but never a line of code."""
    rest = iter(arguments)
    for argument in rest:
        if argument in {"-X", "-W"}:
            next(rest, None)
        elif not argument.startswith("-"):
            return (Path(argument).name,)
        elif "c" in argument and not argument.startswith("--"):  # as in -Ic
            return ("-c",)
        elif "m" in argument and not argument.startswith("--"):
            return ("-m", argument.partition("m")[2] or next(rest, ""))
    return ()

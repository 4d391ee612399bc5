"""Runs one job on each event loop, in turns and in a fresh process each time."""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine
from typing import Any

CONTENDERS = ("asyncio", "qasync", "gavatcore", "uvloop")
ROUNDS = 3
TIMEOUT = 60.0
"""Seconds a job may take before it is given up."""

Job = Callable[[], Coroutine[Any, Any, int]]


def new_loop(contender: str) -> asyncio.AbstractEventLoop:
    """A loop of this kind; for Qt's kinds, with an application that draws into memory."""
    if contender == "asyncio":
        return asyncio.new_event_loop()
    if contender == "uvloop":
        import uvloop  # noqa: PLC0415 - absent on Windows, and nobody else's import time

        return uvloop.new_event_loop()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - asyncio must not pay for Qt

    app = QApplication.instance() or QApplication([])
    loop: asyncio.AbstractEventLoop
    if contender == "qasync":
        import qasync  # noqa: PLC0415 - as above

        loop = qasync.QEventLoop(app)
    else:
        from desktop.event_loop.loop import QtLoop  # noqa: PLC0415 - as above

        loop = QtLoop(app)
    return loop


def run_here(contender: str, job: Job) -> None:
    """Run a job in this process; print its operations per second of this process's CPU."""
    loop = new_loop(contender)
    asyncio.set_event_loop(loop)
    before = _cpu_seconds()
    operations = loop.run_until_complete(job())
    print(json.dumps(operations / (_cpu_seconds() - before)), flush=True)
    # Stock qasync may hang in its shutdown, which is not what is measured.
    os._exit(0)


def compare(module: str, jobs: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Median operations per CPU second, by job and contender; `module` runs `JOB CONTENDER`."""
    results: dict[str, dict[str, float]] = {}
    for job in jobs:
        rounds: dict[str, list[float]] = {contender: [] for contender in CONTENDERS}
        for _ in range(ROUNDS):
            for contender in CONTENDERS:
                rounds[contender].append(_run_apart(module, job, contender))
        results[job] = {contender: statistics.median(rounds[contender]) for contender in CONTENDERS}
    return results


def _run_apart(module: str, job: str, contender: str) -> float:
    command = [sys.executable, "-m", module, job, contender]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=TIMEOUT, check=True)
    return float(json.loads(done.stdout))


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

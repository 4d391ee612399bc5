"""Counts what a process does while it has nothing to do: CPU time, and how often it wakes (Linux).

A wake-up is a voluntary context switch: a thread that had gone to sleep by itself ran again. Other
load on the machine adds none, since a thread that is pushed aside switches involuntarily.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Idleness:
    """What a process and its children cost over some seconds."""

    cpu_percent: float  # of one core
    wakeups: float  # a second, of all threads
    by_thread: dict[str, float]  # wake-ups a second, by "number name" of the thread
    pss: float  # MiB, at the end


@dataclass(frozen=True, slots=True)
class _Thread:
    cpu: float  # s
    wakeups: int


async def idleness(pid: int, seconds: float) -> Idleness:
    """Watch the process `pid` for so long; one that makes no threads meanwhile is counted whole."""
    loop = asyncio.get_running_loop()
    began, before = loop.time(), _threads(pid)
    await asyncio.sleep(seconds)
    elapsed, after = loop.time() - began, _threads(pid)
    nothing = _Thread(0.0, 0)
    cpu = sum(thread.cpu - before.get(name, nothing).cpu for name, thread in after.items())
    woken = {
        name: (thread.wakeups - before.get(name, nothing).wakeups) / elapsed
        for name, thread in after.items()
    }
    pss = sum(process.memory_full_info().pss for process in _family(pid)) / (1 << 20)
    by_thread = {name: rate for name, rate in woken.items() if rate}
    return Idleness(cpu / elapsed * 100, sum(woken.values()), by_thread, pss)


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def _threads(pid: int) -> dict[str, _Thread]:
    """All threads of the process and its children, by number and name."""
    found: dict[str, _Thread] = {}
    for process in _family(pid):
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            try:
                ran = (task / "schedstat").read_text(encoding="ascii").split()[0]
                lines = (task / "status").read_text(encoding="utf-8").splitlines()
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
            name = f"{task.name} {status['Name']}"
            found[name] = _Thread(int(ran) / 1e9, int(status["voluntary_ctxt_switches"]))
    return found

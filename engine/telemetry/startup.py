"""Measures when each step of the start was done, since the start of the process."""

import os
import sys
import time
from dataclasses import dataclass


def process_age() -> float:
    """Return the seconds since the process started, including its interpreter; to 10 ms on Linux.

    psutil counts from the boot time, which Linux gives in whole seconds, hence /proc.
    """
    if sys.platform == "linux":
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123 - pathlib is not needed yet
            started = int(stat.read().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    import psutil  # noqa: PLC0415 - elsewhere only, and 20 ms at the very start

    return time.time() - psutil.Process().create_time()


@dataclass(slots=True)
class Startup:
    """Milliseconds from the process's start; None for steps that did not happen."""

    tray_ready: float | None = None
    window_painted: float | None = None
    charts_painted: float | None = None
    engine_running: float | None = None
    fleet_online: float | None = None

    def mark(self, name: str) -> None:
        """Note that step `name` is done now, unless it was before."""
        if getattr(self, name) is None:
            setattr(self, name, round(process_age() * 1000, 1))

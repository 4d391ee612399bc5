"""Reads the process and the machine once a tick; the only part of the watch that uses psutil."""

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psutil

from engine.clock import Clock
from engine.watch.lag import LagMeter
from engine.watch.sample import Sample

Value = TypeVar("Value")


def resident_set() -> int:
    """Return the bytes of this process that are in RAM, as the operating system counts them."""
    return int(psutil.Process().memory_info().rss)


class Sampler:
    """Call `read` once a tick, on the loop's thread: 0.1 to 0.3 ms of CPU.

    Rates and percentages refer to the time since the previous reading, the first since
    construction. Values that this system lacks (disk counters in some containers) are NaN, counts
    0.
    """

    def __init__(self, clock: Clock, lag: LagMeter, *, rarely: float = 0.0) -> None:
        """Read what no alert or chart needs only every `rarely` seconds: it is most of the cost."""
        self._clock = clock
        self._rarely = rarely
        self._counts: _Counts | None = None
        self._lag = lag
        self._process = psutil.Process()
        self._process.cpu_percent()  # its first answer is always 0
        psutil.cpu_percent()
        started = clock.monotonic()
        self._disk_read, self._disk_written, self._received, self._sent = (
            _Rate(counter, started) for counter in self._counters()
        )
        self._cost_total = 0.0
        self._readings = 0
        self._cost_ms = 0.0

    @property
    def cost_ms(self) -> float:
        """CPU milliseconds of the last reading."""
        return self._cost_ms

    @property
    def mean_cost_ms(self) -> float:
        """Average CPU milliseconds of a reading; 0 before the first."""
        return self._cost_total / self._readings if self._readings else 0.0

    def read(self) -> Sample:
        """Take a reading."""
        began = time.thread_time()
        sample = self._read()
        self._cost_ms = (time.thread_time() - began) * 1000
        self._cost_total += self._cost_ms
        self._readings += 1
        return sample

    def _read(self) -> Sample:
        at = self._clock.monotonic()
        counts = self._counts
        if counts is None or at - counts.at >= self._rarely:
            counts = self._counts = self._count(at)
        memory = self._process.memory_info()
        return Sample(
            at=self._clock.now(),
            rss=memory.rss,
            vms=memory.vms,
            process_cpu=self._process.cpu_percent(),
            system_cpu=psutil.cpu_percent(),
            threads=counts.threads,
            files=counts.files,
            disk_read=counts.disk_read,
            disk_written=counts.disk_written,
            network_received=counts.network_received,
            network_sent=counts.network_sent,
            lag_ms=self._lag.take_worst(),
        )

    def _count(self, at: float) -> "_Counts":
        disk_read, disk_written, received, sent = self._counters()
        return _Counts(
            at=at,
            threads=self._process.num_threads(),
            files=_told(self._count_files, 0),
            disk_read=self._disk_read.at(disk_read, at),
            disk_written=self._disk_written.at(disk_written, at),
            network_received=self._received.at(received, at),
            network_sent=self._sent.at(sent, at),
        )

    def _count_files(self) -> int:
        if sys.platform == "win32":
            return self._process.num_handles()
        return self._process.num_fds()

    def _counters(self) -> tuple[float, float, float, float]:
        """Return the bytes read and written to disk by us, received and sent by the machine."""
        unknown = (math.nan, math.nan)
        return *_told(self._disk, unknown), *_told(_network, unknown)

    def _disk(self) -> tuple[float, float]:
        counters = self._process.io_counters()  # not available on every system
        return counters.read_bytes, counters.write_bytes


def _network() -> tuple[float, float]:
    counters = psutil.net_io_counters()  # None without a network card, whatever its type says
    return counters.bytes_recv, counters.bytes_sent


@dataclass(frozen=True, slots=True)
class _Counts:
    """The part of a sample that is read rarely, with when it was."""

    at: float  # steady seconds
    threads: int
    files: int
    disk_read: float
    disk_written: float
    network_received: float
    network_sent: float


class _Rate:
    """Turns a growing counter into a rate per second."""

    def __init__(self, counter: float, at: float) -> None:
        self._counter = counter
        self._at = at
        self._rate = math.nan

    def at(self, counter: float, at: float) -> float:
        """Return the rate since the previous call; NaN for an unknown counter."""
        elapsed = at - self._at
        if elapsed > 0:
            grown = counter - self._counter
            # A counter that fell was reset with its device; NaN fails both comparisons.
            self._rate = 0.0 if grown < 0 else grown / elapsed
            self._counter, self._at = counter, at
        return self._rate


def _told(ask: Callable[[], Value], otherwise: Value) -> Value:
    """Return the system's answer, or `otherwise` if it has none."""
    try:
        return ask()
    except (psutil.Error, OSError, AttributeError, NotImplementedError, RuntimeError):
        return otherwise

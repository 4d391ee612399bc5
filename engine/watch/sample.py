"""One reading of the process and the machine, and the lines it should stay under."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.settings import Settings  # imports msgspec, which the window does without


@dataclass(frozen=True, slots=True)
class Sample:
    """The sampler's reading of one tick; sizes in bytes, rates per second.

    A rate that this system does not provide is NaN.
    """

    at: float  # seconds since the epoch
    rss: int
    vms: int
    process_cpu: float  # percent of one core: 200 is two busy cores
    system_cpu: float  # percent of the whole machine, 0 to 100
    threads: int
    files: int  # open file descriptors (handles on Windows)
    disk_read: float
    disk_written: float
    network_received: float
    network_sent: float
    lag_ms: float  # the worst delay of the loop since the previous sample


@dataclass(frozen=True, slots=True)
class LoopLag:
    """Delay over the last minute, in ms: what work due at a random moment waited."""

    p50: float = 0.0
    p99: float = 0.0
    max: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of charts and alerts."""

    memory: int  # bytes
    cpu_percent: int  # of one core

    @classmethod
    def of(cls, settings: "Settings") -> "Thresholds":
        """Return those of the settings, which have MiB."""
        return cls(settings.memory_threshold_mb << 20, settings.cpu_threshold_percent)

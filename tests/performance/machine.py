"""The machine and the library versions a figure was measured with."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("PySide6-Essentials", "qasync", "uvloop", "telethon", "aiosqlite", "pyqtgraph")


def describe() -> str:
    """One line, for the head of a report."""
    versions = [f"{name} {found}" for name in LIBRARIES if (found := _version(name))]
    return (
        f"Measured on {_processor()}, {os.cpu_count()} cores, {_system()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}."
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)

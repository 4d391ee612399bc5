"""Detects if a screen is there, since Qt aborts the process without one."""

from __future__ import annotations  # script/demo runs this with any Python

import importlib.util
import os
import re
import socket
import sys

from engine.errors import SettingsError
from engine.language import _

_PLATFORMS_WITHOUT_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


class NoDisplayError(SettingsError):
    """A window is wanted, but no screen can show it."""


def require_display() -> None:
    """Return if a window can be opened; raises NoDisplayError with advice."""
    if importlib.util.find_spec("PySide6") is None:
        raise NoDisplayError(
            _(
                "The desktop is not installed: install gavatcore[desktop], or use "
                "`gavatcore run` to go without a window."
            )
        )
    if not sys.platform.startswith("linux"):
        return
    if not (_needs_no_screen() or has_display()):
        raise NoDisplayError(
            _(
                "There is no display: start it from a desktop session, with DISPLAY or "
                "WAYLAND_DISPLAY set, or use `gavatcore run` to go without a window."
            )
        )


def has_screen() -> bool:
    """Return True if somebody may see what is drawn."""
    if not sys.platform.startswith("linux"):
        return True
    return not _needs_no_screen() and has_display()


def _needs_no_screen() -> bool:
    return os.environ.get("QT_QPA_PLATFORM", "").startswith(_PLATFORMS_WITHOUT_SCREEN)


def has_display() -> bool:
    """Return True if a screen answers at WAYLAND_DISPLAY or DISPLAY, which may be leftovers."""
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    return bool((wayland and _wayland_answers(wayland)) or (x11 and _x11_answers(x11)))


def _wayland_answers(name: str) -> bool:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return _answers(socket.AF_UNIX, os.path.join(runtime, name))  # noqa: PTH118 - a socket's address


def _x11_answers(name: str) -> bool:
    named = re.fullmatch(r"(?:[a-z]+/)?(.*):(\d+)(?:\.\d+)?", name)
    if named is None:
        return False
    host, number = named[1], int(named[2])
    if host not in {"", "unix"}:
        return _answers(socket.AF_INET, (host, 6000 + number))
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server listens
    return _answers(socket.AF_UNIX, "\0" + path) or _answers(socket.AF_UNIX, path)


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family) as connection:
        connection.settimeout(3)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True

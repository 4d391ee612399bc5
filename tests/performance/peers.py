"""Debian's qBittorrent, Picard and Vorta, each with its window open and nothing to do.

They are what a desktop program of this kind is allowed to weigh. `install` them once, then open one
after the other on the screen on which Gavatcore is measured.
"""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.screen import Screen, XWindow
from tests.support.waiting import until

_APT = Path(__file__).parents[2] / "script" / "apt-packages"
_WITH_US = ("setpriv", "--pdeathsig", "KILL")


@dataclass(frozen=True, slots=True)
class Peer:
    """One program; its package and its command bear the same name."""

    name: str
    title: str  # part of its window's
    files: dict[str, str] = field(default_factory=dict)  # in its home, so that it asks nothing


PEERS = (
    Peer(
        "qbittorrent",
        "qBittorrent",
        {
            ".config/qBittorrent/qBittorrent.conf": "[LegalNotice]\nAccepted=true\n"
            "[Preferences]\nGeneral\\CloseToTrayNotified=true\n"
        },
    ),
    Peer(
        "picard",
        "Picard",
        {
            ".config/MusicBrainz/Picard.conf": "[setting]\ncheck_for_updates=false\n"
            "check_for_plugin_updates=false\n"
        },
    ),
    Peer("vorta", "Vorta"),
)


def install() -> None:
    """Install what of them is missing; raises CalledProcessError."""
    # Without Borg, Vorta stands behind a dialog.
    subprocess.run([str(_APT), *(peer.name for peer in PEERS), "borgbackup"], check=True)


@asynccontextmanager
async def open_peer(screen: Screen, peer: Peer, home: Path) -> AsyncIterator[int]:
    """Run a peer in a new home of its own; the number of its process, once its window is there."""
    home.mkdir(parents=True)
    for name, content in peer.files.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    process = subprocess.Popen(
        [*_WITH_US, peer.name],
        env=screen.environment | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await until(lambda: _window(screen, peer), f"the window of {peer.name}")
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _window(screen: Screen, peer: Peer) -> XWindow | None:
    return next((one for one in screen.windows() if peer.title in one.title), None)

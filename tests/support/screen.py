"""A screen of its own: X server, session bus and window manager; a tray and a daemon on demand."""

import contextlib
import os
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import until

SIZE = (1280, 800)
_TRAY = "Tint2"
_APPLICATION = "Gavatcore"

# Not even a killed test run leaves them behind.
_WITH_US = ("setpriv", "--pdeathsig", "KILL")

_WINDOW = re.compile(
    r'^(?P<indent> +)(?P<id>0x[0-9a-f]+) (?:"(?P<title>.*)"|\(has no name\)): \((?P<kind>.*)\)'
    r" +(?P<width>\d+)x(?P<height>\d+)[-+\d]+ +\+(?P<x>-?\d+)\+(?P<y>-?\d+)$"
)


@dataclass(frozen=True, slots=True)
class XWindow:
    """One window that can be seen, with its place on the screen in pixels."""

    id: int
    title: str
    kind: str  # the class half of WM_CLASS
    inside: frozenset[str]  # the kinds of all windows around it
    x: int
    y: int
    width: int
    height: int

    @property
    def left(self) -> tuple[int, int]:
        """A place near its left edge, half way down."""
        return self.x + 3, self.y + self.height // 2

    @property
    def right(self) -> tuple[int, int]:
        """A place near its right edge, half way down."""
        return self.x + self.width - 3, self.y + self.height // 2


class Screen:
    """What runs on it is given `environment`; a person's mouse and keyboard are the methods."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._furniture: dict[str, subprocess.Popen[bytes]] = {}

    # -- what stands on it --

    def furnish(self, *command: str) -> None:
        """Start a program that lives as long as the screen."""
        self._furniture[command[0]] = subprocess.Popen(
            [*_WITH_US, *command],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    async def start_window_manager(self) -> None:
        self.furnish("openbox")
        await until(
            lambda: "window id" in self._run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"),
            "a window manager",
        )
        await self._let_keys_settle()

    async def _let_keys_settle(self) -> None:
        """Type a first key, and wait until the window manager listens to keys again.

        With the first one the server announces another keyboard. The window manager lets go of all
        its keys and grabs them anew, and what is typed meanwhile, such as Alt+F4, is lost. It works
        its events off in order: what is asked after the key is done when the keys are grabbed.
        """
        self.press("Shift_L")
        desktops = await until(self._desktops, "the window manager's desktops")
        await self._set_desktops(desktops + 1)
        await self._set_desktops(desktops)

    async def _set_desktops(self, count: int) -> None:
        self._run("xdotool", "set_num_desktops", str(count))
        await until(lambda: self._desktops() == count, f"{count} desktops")

    def _desktops(self) -> int:
        return int(self._run("xdotool", "get_num_desktops").strip() or 0)

    async def start_tray(self) -> None:
        """A tray host of the XEmbed kind."""
        self.furnish("tint2")
        await until(lambda: self._of_kind(_TRAY), "the tray")

    async def start_notification_daemon(self) -> None:
        self.furnish("dunst")
        names = (
            "dbus-send",
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.ListNames",
        )
        await until(
            lambda: "org.freedesktop.Notifications" in self._run(*names), "the notification daemon"
        )

    def remove(self, program: str) -> None:
        """End a program that was started, as a crash would."""
        process = self._furniture.pop(program)
        process.kill()
        process.wait()

    def clear(self) -> None:
        """End all that stands on it."""
        for process in self._furniture.values():
            process.kill()
        for process in self._furniture.values():
            process.wait()
        self._furniture.clear()

    # -- what can be seen on it --

    def windows(self) -> list[XWindow]:
        """Every window that is mapped with all around it."""
        seen = {
            int(word)
            for word in self._run("xdotool", "search", "--onlyvisible", "--name", "").split()
        }
        return [window for window in self._tree() if window.id in seen]

    def window(self, title: str = _APPLICATION) -> XWindow | None:
        """The application's window of this title, in its frame: tooltips bear the title as well."""
        for window in self._of_kind(_APPLICATION):
            if window.title == title and window.inside and _TRAY not in window.inside:
                return window
        return None

    def tray_icon(self) -> XWindow | None:
        """The application's icon, where a tray host has taken it in."""
        return next((w for w in self._of_kind(_APPLICATION) if _TRAY in w.inside), None)

    def popup_of_daemon(self) -> XWindow | None:
        """The bubble of the notification daemon; it is a pixel high while it says nothing."""
        return next((w for w in self._of_kind("Dunst") if w.height > 1), None)

    def active(self) -> int:
        """The window that has the keyboard; 0 for none."""
        found = self._run("xdotool", "getactivewindow").strip()
        return int(found) if found else 0

    def frame_of(self, window: XWindow) -> tuple[int, int, int, int]:
        """What the window manager puts around it: left, right, top and bottom pixels."""
        said = self._run("xprop", "-id", str(window.id), "_NET_FRAME_EXTENTS")
        left, right, top, bottom = (int(part) for part in said.partition("=")[2].split(","))
        return left, right, top, bottom

    def photograph(self, file: Path) -> None:
        """All of it, as a PNG."""
        self._run("import", "-window", "root", str(file))

    def _of_kind(self, kind: str) -> list[XWindow]:
        return [window for window in self.windows() if window.kind == kind]

    def _tree(self) -> list[XWindow]:
        found: list[XWindow] = []
        around: list[tuple[int, str]] = []  # indent and kind of the windows on the way here
        for line in self._run("xwininfo", "-root", "-tree").splitlines():
            said = _WINDOW.match(line)
            if said is None:
                continue
            indent = len(said["indent"])
            around = [outer for outer in around if outer[0] < indent]
            kind = said["kind"].rpartition(' "')[2].strip('"')
            found.append(
                XWindow(
                    int(said["id"], 16),
                    said["title"] or "",
                    kind,
                    frozenset(name for _indent, name in around),
                    int(said["x"]),
                    int(said["y"]),
                    int(said["width"]),
                    int(said["height"]),
                )
            )
            around.append((indent, kind))
        return found

    # -- what a person does at it --

    def click(self, at: tuple[int, int]) -> None:
        """The left mouse button, at a place on the screen."""
        x, y = at
        self._run("xdotool", "mousemove", str(x), str(y), "click", "1")

    def press(self, keys: str) -> None:
        """Keys for the active window, as xdotool names them."""
        self._run("xdotool", "key", "--clearmodifiers", keys)

    async def close(self, window: XWindow) -> None:
        """Close a window by the window manager's key."""
        await until(lambda: self.active() == window.id, f"{window.title} has the keyboard")
        self.press("alt+F4")

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout


@asynccontextmanager
async def new_screen(directory: Path) -> AsyncIterator[Screen]:
    """A screen with a window manager and nothing else; its files are kept in `directory`."""
    directory.mkdir(mode=0o700, parents=True)
    with contextlib.ExitStack() as stack:
        display = stack.enter_context(_x_server())
        bus = stack.enter_context(_session_bus(directory / "bus"))
        screen = Screen(_environment(directory, display, bus))
        stack.callback(screen.clear)
        await screen.start_window_manager()
        yield screen


def _environment(directory: Path, display: str, bus: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    return kept | {
        "DISPLAY": display,
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_SESSION_TYPE": "x11",
        "XDG_RUNTIME_DIR": str(directory),
        "HOME": str(directory),
    }


@contextlib.contextmanager
def _x_server() -> Iterator[str]:
    """The name of a new display; the server finds a free one by itself."""
    read, write = os.pipe()
    width, height = SIZE
    size = f"{width}x{height}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size]
    with _running([*command, "-nolisten", "tcp", "-noreset"], pass_fds=(write,)):
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"


@contextlib.contextmanager
def _session_bus(socket: Path) -> Iterator[str]:
    """The address of a new session bus."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with _running([*command, f"--address=unix:path={socket}"], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().decode().strip()
        assert address, "dbus-daemon did not start"
        yield address


@contextlib.contextmanager
def _running(
    command: list[str], *, stdout: int = subprocess.DEVNULL, pass_fds: tuple[int, ...] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        [*_WITH_US, *command], stdout=stdout, stderr=subprocess.DEVNULL, pass_fds=pass_fds
    ) as process:
        try:
            yield process
        finally:
            process.kill()

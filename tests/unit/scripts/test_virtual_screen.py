"""script/on-virtual-screen gives a command a screen, and leaves nothing running behind it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

_SCRIPT = Path(__file__).parents[3] / "script" / "on-virtual-screen"
_SAY_AND_WAIT = "import signal; print('up', flush=True); signal.pause()"


@pytest.fixture
def _may_be_interrupted() -> Iterator[None]:
    """Where the tests themselves run in the background, Ctrl-C is ignored, which is inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def screen(tmp_path: Path, _may_be_interrupted: None) -> Iterator["subprocess.Popen[str]"]:
    """A command that says "up" on its screen and waits to be ended."""
    with subprocess.Popen(
        [str(_SCRIPT), sys.executable, "-c", _SAY_AND_WAIT],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def test_the_command_finds_a_screen_and_a_session_bus_and_its_status_is_passed_on() -> None:
    command = 'xprop -root >/dev/null && [ -n "$DBUS_SESSION_BUS_ADDRESS" ] && exit 7'
    done = subprocess.run([str(_SCRIPT), "/bin/sh", "-c", command], check=False)
    assert done.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_running(
    screen: "subprocess.Popen[str]", tmp_path: Path, number: signal.Signals
) -> None:
    started = psutil.Process(screen.pid).children(recursive=True)
    assert "Xvfb" in {process.name() for process in started}
    screen.send_signal(number)
    screen.wait(60)
    _, alive = psutil.wait_procs(started, timeout=60)
    assert alive == []
    if number is not signal.SIGKILL:
        assert list(tmp_path.iterdir()) == []

"""A screen that answers is told from a name that was left over."""

import os
import socket
from pathlib import Path

import pytest

from desktop.shell.display import NoDisplayError, has_display, require_display


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_no_name_is_no_screen() -> None:
    assert not has_display()
    with pytest.raises(NoDisplayError, match="gavatcore run"):
        require_display()


def test_a_platform_that_needs_no_screen_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    require_display()


def test_a_name_nobody_answers_to_is_no_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (":4999", "nonsense"):
        monkeypatch.setenv("DISPLAY", name)
        assert not has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not has_display()


def test_a_listening_compositor_is_a_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        compositor.listen()
        assert has_display()


def test_a_listening_x_server_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    number = 10_000 + os.getpid()  # of no other run's of this test
    monkeypatch.setenv("DISPLAY", f":{number}.0")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        assert has_display()

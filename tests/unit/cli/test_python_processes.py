"""Which processes are Python's, and that nothing of their arguments is shown."""

import os

import pytest

from engine.cli.report.python_processes import command_of, python_processes

_SECRET = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (["/usr/bin/python3.11", "-X", "dev", "/srv/bot.py", _SECRET], "python3.11 bot.py"),
        (["python", "-u", "-m", "http.server", "--token", _SECRET], "python -m http.server"),
        (["python", f"-c{_SECRET}"], "python -c"),
        (["python3", "-Ic", _SECRET], "python3 -c"),
        (["python3", "-Im", "bot", _SECRET], "python3 -m bot"),
        (["/opt/gavatcore", "run", _SECRET], "gavatcore run"),
        (["python"], "python"),
        (["bash", "-c", f"python {_SECRET}"], None),
    ],
)
def test_a_command_is_shown_without_its_arguments(line: list[str], shown: str | None) -> None:
    assert command_of(line) == shown


def test_this_process_is_found_with_its_memory() -> None:
    (own,) = [process for process in python_processes() if process.pid == os.getpid()]
    assert own.rss is not None
    assert own.rss > 1 << 20

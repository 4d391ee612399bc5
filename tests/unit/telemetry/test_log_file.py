"""The log's file is bounded, follows what is done to it, and never ends in a traceback."""

import logging
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.telemetry.log_file import LogFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "gavatcore.log"


@pytest.fixture
def handler(file: Path) -> Iterator[LogFile]:
    handler = LogFile(file, most=1_000)
    yield handler
    handler.close()


def write(handler: LogFile, *texts: str) -> None:
    for text in texts:
        handler.handle(logging.LogRecord("test", logging.INFO, "", 0, text, (), None))


def test_only_its_owner_reads_it(handler: LogFile, file: Path) -> None:
    write(handler, "first")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("there_again", [True, False])
def test_a_file_that_was_moved_or_removed_is_followed(
    handler: LogFile, file: Path, there_again: bool
) -> None:
    write(handler, "before")
    moved = file.rename(file.with_name("moved.log"))
    if there_again:
        file.touch(0o600)
    write(handler, "after")
    assert (moved.read_text(), file.read_text()) == ("before\n", "after\n")
    file.unlink()
    file.parent.joinpath("moved.log").unlink()
    file.parent.rmdir()
    write(handler, "at last")
    assert file.read_text() == "at last\n"


def test_it_turns_over_when_it_is_full_and_keeps_three_older_ones(
    handler: LogFile, file: Path
) -> None:
    write(handler, *(f"{number:03} " + "x" * 95 for number in range(100)))
    names = sorted(one.name for one in file.parent.iterdir())
    assert names == [file.name, *(f"{file.name}.{number}" for number in (1, 2, 3))]
    lines = [
        line
        for name in (*names[:0:-1], names[0])
        for line in (file.parent / name).read_text().splitlines()
    ]
    assert [int(line[:3]) for line in lines] == list(range(100 - len(lines), 100))
    assert all((file.parent / name).stat().st_size <= 1_000 for name in names)


def test_what_cannot_be_written_is_one_sentence_and_it_goes_on_by_itself(
    handler: LogFile, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(handler, "before")
    file.rename(file.with_name("moved.log"))
    file.mkdir()
    write(handler, *["lost"] * 50)
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"gavatcore: {file} cannot be written (")
    file.rmdir()
    write(handler, "after", "and on")
    _blank, missing, *rest = file.read_text().splitlines()
    assert missing.endswith(" 50 lines are missing here.")
    assert rest == ["after", "and on"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("obstacle", ["link", "fifo", "folder's place"])
def test_whatever_stands_in_its_place_is_left_alone(
    handler: LogFile, file: Path, obstacle: str, capsys: pytest.CaptureFixture[str]
) -> None:
    precious = file.parent.parent / "precious"
    precious.write_text("precious")
    if obstacle == "folder's place":
        file.parent.write_text("precious")
    else:
        file.parent.mkdir()
        file.symlink_to(precious) if obstacle == "link" else os.mkfifo(file)
    write(handler, "one", "two")
    assert capsys.readouterr().err.count("\n") == 1
    assert precious.read_text() == "precious"


def test_letters_that_are_none_are_written_all_the_same(handler: LogFile, file: Path) -> None:
    write(handler, "half a pair: \ud83d")
    assert file.read_text() == "half a pair: \\ud83d\n"


_FULL = """
import logging, sys
from pathlib import Path
from engine.telemetry.logs import start_logging
start_logging(Path(sys.argv[1]), "INFO", terminal=True)
for number in range(2_000):
    logging.getLogger("test").info("line %d %s", number, "x" * 100)
"""


def test_a_full_disk_and_a_terminal_that_is_gone_are_no_tracebacks(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", _FULL, str(tmp_path / "logs")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_little_room,
            check=False,
        )
    assert "Traceback" not in done.stderr
    assert done.stderr.count("cannot be written") == 1


def _little_room() -> None:
    """As on a full disk: no file grows beyond 10 kB."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

"""Whatever keeps a program from doing its work is one sentence, never a traceback."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.waiting import until

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = {
    "desktop": ("--exit-after=20",),
    "run": ("run", "--exit-after=20"),
    "accounts": ("accounts", "list"),
}


@dataclass(frozen=True)
class Plight:
    """What is wrong, made in a fresh directory."""

    make: Callable[[Path], None] = lambda _directory: None
    directory: str = "data"
    environment: Mapping[str, str | None] = field(default_factory=dict)
    most_bytes: int | None = None  # that a file may have
    working_directory: str = "."
    spared: tuple[str, ...] = ()  # programs that get along


def _file(name: str, content: bytes = b"") -> Callable[[Path], None]:
    def make(directory: Path) -> None:
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return make


def _folder(name: str) -> Callable[[Path], None]:
    return lambda directory: (directory / name).mkdir(parents=True)


PLIGHTS = {
    "a file where the directory should be": Plight(_file("data")),
    "a file on the way to it": Plight(_file("data"), "data/below"),
    "a lock that cannot be opened": Plight(_folder("data/engine.lock"), spared=("accounts",)),
    "no room": Plight(most_bytes=0),
    "damaged settings": Plight(_file("data/gavatcore.env", b"\xff\xfe\x00")),
    "no home": Plight(directory="~nobodyknows/data"),
    "an unusable language": Plight(
        _file("data"), environment={"LC_ALL": "xx_YY.bad", "PYTHONIOENCODING": "ascii"}
    ),
}


def environment(changed: Mapping[str, str | None]) -> dict[str, str]:
    given = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "BOT_TOKENS": "",
        "PYTHONPATH": str(ROOT),
    }
    wanted: dict[str, str | None] = {**given, "LANGUAGE": "tr", **changed}
    return {name: value for name, value in wanted.items() if value is not None}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("plight", PLIGHTS)
def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path, program: str, plight: str) -> None:
    wrong = PLIGHTS[plight]
    wrong.make(tmp_path)
    directory = wrong.directory
    if not directory.startswith("~"):
        directory = str(tmp_path / directory)

    def limit() -> None:
        if wrong.most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (wrong.most_bytes,) * 2)

    arguments = [*PROGRAMS[program], f"--data-dir={directory}"]
    if program == "desktop":  # a failed start leaves its window open
        arguments[0] = "--exit-after=3"
    done = _run(arguments, wrong.environment, limit)
    assert "Traceback" not in done.stdout + done.stderr
    if program in wrong.spared:
        assert done.returncode == 0
        return
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if not line.startswith("gavatcore: qt: ")]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("gavatcore: ")
    assert "None" not in said[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_working_directory_that_is_gone_is_said_in_a_sentence(
    tmp_path: Path, program: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def go_there() -> None:
        os.chdir(gone)
        gone.rmdir()

    done = _run([*PROGRAMS[program], "--data-dir=data"], {}, go_there)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_who_stops_reading_is_told_nothing(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "accounts", "list", f"--data-dir={tmp_path / 'data'}"],
        env=environment({}),
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_output_is_said_in_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desktop", "run", "--help"],
            env=environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_closed_streams_hinder_nothing(tmp_path: Path) -> None:
    done = _run(["accounts", "list", f"--data-dir={tmp_path / 'data'}"], {}, _close_streams)
    assert done.returncode == 0


@pytest.mark.parametrize("program", ["desktop", "run"])
def test_what_nobody_expected_is_named_by_its_type_alone(tmp_path: Path, program: str) -> None:
    wanted = [*PROGRAMS[program], f"--data-dir={tmp_path / 'data'}"]
    program = (
        "import sys, desktop.app, engine.cli.commands.run\n"
        "def fail(*_): raise KeyError('my secret sentence')\n"
        "engine.cli.commands.run.run_headless = desktop.app.Desktop.run = fail\n"
        "from desktop.__main__ import main\n"
        f"sys.argv[1:] = {wanted!r}\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment({"LANGUAGE": "en"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "(KeyError)" in done.stderr
    assert "LOG_LEVEL=DEBUG" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "my secret sentence" not in done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("program", "stage"),
    [
        ("desktop", "libQt6Core"),
        ("desktop", "libQt6Widgets"),
        ("run", "msgspec"),
        ("run", "cryptg"),
    ],
)
async def test_an_end_at_any_stage_of_the_start_is_a_quiet_one(
    tmp_path: Path, program: str, stage: str, number: signal.Signals
) -> None:
    """The stages are told apart by what the process has mapped into its memory."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desktop",
        *PROGRAMS[program],
        f"--data-dir={tmp_path / 'data'}",
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    maps = Path(f"/proc/{process.pid}/maps")
    await until(lambda: stage in maps.read_text(encoding="utf-8"), stage)
    process.send_signal(number)
    stdout, stderr = await asyncio.wait_for(process.communicate(), 60)
    assert b"Traceback" not in stdout + stderr
    assert process.returncode in {0, 130, -number}


def _close_streams() -> None:
    for descriptor in range(3):
        os.close(descriptor)


def _run(
    arguments: list[str], changed: Mapping[str, str | None], prepare: Callable[[], object]
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        env=environment(changed),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=prepare,
        check=False,
    )

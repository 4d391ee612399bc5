"""`gavatcore run`, as a person or a service manager starts it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.storage.database.schema import OutgoingState
from engine.storage.locations.by_url import FILE_NAME
from tests.support.soundness import opened_beside
from tests.support.waiting import until

# As where PySide6 is not installed: any import of Qt would fail.
WITHOUT_QT = (
    "import sys; sys.modules.update(dict.fromkeys(('PySide6', 'qasync', 'pyqtgraph')));"
    "from desktop.__main__ import main; sys.exit(main())"
)


def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
    return started(arguments, environment)


def started(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> "subprocess.Popen[str]":
    """`before` is called in the new process, ahead of the program."""
    return subprocess.Popen(
        [sys.executable, "-c", WITHOUT_QT, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | (environment or {}),
        preexec_fn=before,  # noqa: PLW1509 - no thread of the tests holds a lock
    )


def finish(process: "subprocess.Popen[str]", within: float = 60) -> tuple[int, str, str]:
    try:
        stdout, stderr = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, stdout, stderr


def add_up(messages: dict[str, Any]) -> bool:
    unanswered = sum(messages["unanswered_by_reason"].values())
    return bool(messages["received"] == messages["answered"] + unanswered + messages["lost"])


def answered(directory: Path) -> int:
    with opened_beside(directory / FILE_NAME) as database:
        sent = OutgoingState.SENT.value
        count: int = database.execute(
            "select count(*) from outgoing where state = ?", (sent,)
        ).fetchone()[0]
        return count


async def test_a_demo_ends_with_a_report_that_adds_up(tmp_path: Path) -> None:
    report, data = tmp_path / "report.json", tmp_path / "data"
    process = start("run", "--demo", "--bots=5", f"--data-dir={data}", f"--report={report}")
    assert process.stdout is not None
    while "5 bots online." not in (line := process.stdout.readline()):
        assert line, process.communicate()
    try:
        await until(lambda: answered(data) >= 10, "answers")
    finally:
        process.terminate()
    status, _stdout, stderr = finish(process)
    assert (status, stderr) == (0, "")
    found = json.loads(report.read_bytes())
    assert found["bots_online"] == 5
    assert found["messages"]["answered"] > 0
    assert found["messages"]["lost"] == found["messages"]["duplicated"] == 0
    assert add_up(found["messages"])
    assert sum(found["answers_by_source"].values()) <= found["messages"]["answered"]
    assert found["startup_ms"]["fleet_online"] > 0


def test_it_ends_by_itself_when_its_time_is_up(tmp_path: Path) -> None:
    process = start("run", f"--data-dir={tmp_path}", "--exit-after=0.1", BOT_TOKENS="")
    status, _stdout, stderr = finish(process)
    assert (status, stderr) == (0, "")


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    process = start("run", f"--data-dir={tmp_path}", BOT_TOKENS="")
    assert process.stdout is not None
    while "running" not in process.stdout.readline():
        pass
    began = time.monotonic()
    process.send_signal(number)
    status, _stdout, stderr = finish(process)
    assert time.monotonic() - began < 5
    assert (status, stderr) == (0, "")


def test_what_is_wrong_is_said_in_the_terminal_in_the_log_and_by_the_report(
    tmp_path: Path,
) -> None:
    process = start("run", f"--data-dir={tmp_path}", REDIS_URL="redis://127.0.0.1:1/0")
    assert process.stdout is not None
    try:
        while "engine.watch.alert_log: " not in (line := process.stdout.readline()):
            assert line, process.communicate()
        sentence = line.rpartition("engine.watch.alert_log: ")[2].strip()
        assert sentence.startswith("Redis at 127.0.0.1:1 ")
        assert sentence in (tmp_path / "logs" / "gavatcore.log").read_text()
        while not (found := json.loads(product_said(tmp_path, "report", "--json"))["alerts"]):
            assert process.poll() is None
        assert (found[0]["kind"], found[0]["sentence"]) == ("cache_trouble", sentence)
        assert found[0]["cleared_at"] is None
        assert sentence in product_said(tmp_path, "report")
    finally:
        process.terminate()
    assert finish(process)[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
def test_where_few_files_may_be_opened_what_fits_runs_and_one_sentence_says_so(
    tmp_path: Path,
) -> None:
    import resource  # noqa: PLC0415 - POSIX alone has it

    report, data = tmp_path / "report.json", tmp_path / "data"
    process = started(
        ("run", "--demo", "--bots=12", f"--data-dir={data}", f"--report={report}"),
        before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )
    assert process.stdout is not None
    said = ""
    while not (online := re.search(r"(\d+) bots? online|so only (\d+) bots run", said)):
        line = process.stdout.readline()
        assert line, process.communicate()
        said += line
    assert online[2] == "8"
    try:
        online_now = 0
        while online_now < 8:
            accounts = json.loads(product_said(data, "report", "--json"))["accounts"]
            online_now = sum(one["state"] == "online" for one in accounts)
    finally:
        process.terminate()
    status, stdout, stderr = finish(process)
    assert (status, stderr) == (0, "")
    assert "Traceback" not in said + stdout
    found = json.loads(report.read_bytes())
    assert (found["bots_online"], found["causes"]["fault"]) == (8, 4)
    assert found["messages"]["lost"] == 0


def product_said(directory: Path, *arguments: str) -> str:
    status, stdout, stderr = finish(start(*arguments, f"--data-dir={directory}"))
    assert (status, stderr) == (0, "")
    return stdout


def test_a_second_engine_on_the_same_directory_is_refused_by_name(tmp_path: Path) -> None:
    first = start("run", f"--data-dir={tmp_path}")
    assert first.stdout is not None
    while "running" not in first.stdout.readline():
        pass
    try:
        status, _stdout, stderr = finish(start("run", f"--data-dir={tmp_path}"))
    finally:
        first.terminate()
        finish(first)
    assert status == 2
    assert f"(process {first.pid}): stop it there first." in stderr
    assert stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["run", "--config=turbo"], {}, "--config cannot be used: it must be one of"),
        (["run", "--bots=0", "--demo"], {}, "--bots cannot be used: "),
        (["run"], {"OPTIMIZATION_MODE": "turbo"}, "OPTIMIZATION_MODE cannot be used: "),
        (["run"], {"BOT_TOKENS": "1:" + "a" * 35}, "TELEGRAM_API_ID and TELEGRAM_API_HASH"),
        (["run"], {"MEMORY_THRESHOLD_MB": "much"}, "MEMORY_THRESHOLD_MB cannot be used: "),
        (["fly"], {}, "There is no command fly."),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    status, _stdout, stderr = finish(
        start(*arguments, GAVATCORE_DATA_DIR=str(tmp_path / "data"), **environment)
    )
    assert status == 2
    assert sentence in stderr
    assert stderr.count("\n") == 1


def test_a_data_directory_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _stdout, stderr = finish(start("run", f"--data-dir={tmp_path / 'file' / 'data'}"))
    assert status == 2
    assert stderr.count("\n") == 1


def test_without_qt_the_desktop_says_how_to_go_on() -> None:
    # On a screen a message box would wait for somebody to close it.
    status, _stdout, stderr = finish(start("--demo", DISPLAY="", WAYLAND_DISPLAY=""))
    assert status == 2
    assert "gavatcore run" in stderr
    assert stderr.count("\n") == 1


def run_itself(*arguments: str | bytes) -> "subprocess.CompletedProcess[str]":
    """Run `gavatcore run` in the process that replaces the command line's, until it has started."""
    program = (sys.executable, "-m", "desktop", "run", "--exit-after=0")
    return subprocess.run(
        (*program, *arguments), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has paths without Unicode")
def test_a_path_that_is_no_unicode_is_used_or_refused_like_any_other(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff"
    data = f"--data-dir={tmp_path / 'data'}"
    ended = run_itself(data, b"--report=" + odd)
    assert (ended.returncode, os.path.exists(odd)) == (0, True), ended.stderr  # noqa: PTH110 - bytes
    ended = run_itself(b"--data-dir=" + odd + b"-data")
    assert ended.returncode == 2
    assert ended.stderr.startswith("gavatcore: There can be no data directory ")


def test_a_report_replaces_no_device_and_no_link(tmp_path: Path) -> None:
    data = f"--data-dir={tmp_path / 'data'}"
    os.mkfifo(tmp_path / "fifo")
    ended = run_itself(data, f"--report={tmp_path / 'fifo'}")
    assert (ended.returncode, ended.stderr) == (
        2,
        f"gavatcore: {tmp_path / 'fifo'} cannot be written.\n",
    )
    assert (tmp_path / "fifo").is_fifo()
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to("target")
    ended = run_itself(data, f"--report={tmp_path / 'link'}")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "target").read_bytes())["bots_online"] == 0

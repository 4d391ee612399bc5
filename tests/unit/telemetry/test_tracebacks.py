"""What is written down of an error nobody expected: where and what, never what a stranger wrote."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from telethon import errors

from engine.errors import GavatcoreError, described
from engine.telegram.faults import TelegramFaultError, translate
from engine.telemetry.tracebacks import trace_of

SENTENCE = "my sister is in hospital and nobody knows"


def undecodable() -> sqlite3.Error:
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute(f"SELECT CAST(x'ff' || '{SENTENCE}' AS TEXT)").fetchone()
        except sqlite3.Error as error:
            return error
    raise AssertionError


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SENTENCE),
        ValueError(SENTENCE, {"text": SENTENCE}),
        ConnectionError(SENTENCE),
        UnicodeEncodeError("ascii", SENTENCE, 0, 1, SENTENCE),
        ExceptionGroup(SENTENCE, [KeyError(SENTENCE)]),
        undecodable(),
    ],
)
def test_the_words_of_an_error_that_is_not_ours_are_kept_nowhere(error: Exception) -> None:
    assert SENTENCE not in described(error)
    assert type(error).__name__ in described(error)
    error.add_note(SENTENCE)
    try:
        try:
            raise error
        except Exception as first:
            raise RuntimeError(SENTENCE) from first
    except RuntimeError as raised:
        trace = trace_of(raised)
    assert SENTENCE not in trace
    assert "test_tracebacks.py" in trace
    assert trace.index(type(error).__name__) < trace.index("RuntimeError")


def test_an_error_of_ours_and_one_of_the_system_say_what_happened(tmp_path: Path) -> None:
    assert described(GavatcoreError("Free some room.")) == "Free some room."
    missing = tmp_path / "missing"
    with pytest.raises(FileNotFoundError) as raised:
        missing.read_text()
    assert described(raised.value) == f"No such file or directory: {missing}"
    (tmp_path / "text").write_text("no database" * 100)
    with (
        closing(sqlite3.connect(tmp_path / "text")) as database,
        pytest.raises(sqlite3.Error) as refused,
    ):
        database.execute("SELECT 1 FROM sqlite_master")
    assert described(refused.value) == "file is not a database"


def test_what_telegram_answers_is_repeated_only_if_it_is_a_code() -> None:
    said = errors.BadRequestError(None, SENTENCE, 400)
    assert SENTENCE not in str(translate(said))
    coded = translate(errors.BadRequestError(None, "CHAT_TOO_ODD", 400))
    assert isinstance(coded, TelegramFaultError)
    assert "CHAT_TOO_ODD" in str(coded)


PROGRAM = """
import asyncio, gc, logging, sys, threading, warnings
from pathlib import Path
from engine.telemetry.logs import start_logging
from engine.telemetry.last_words import replace_tracebacks
from engine.telemetry.uncaught import log_uncaught

said = sys.argv[1]
replace_tracebacks()
start_logging(Path(sys.argv[2]), "DEBUG", terminal=True)
ours, theirs = logging.getLogger("engine.test"), logging.getLogger("library")

class Request:
    def __repr__(self): return said

class Unprintable:
    def __str__(self): raise ValueError(said)
    def __del__(self): raise ValueError(said)

def fail(text=said): raise ValueError(text)

try:
    fail()
except ValueError as error:
    ours.exception("a handler failed: %s", error)
    ours.error(error)
    theirs.warning("it failed: %s, %r", error, error)
    theirs.error(f"it failed: {error!r} {error}", exc_info=True)
theirs.error("of %s", Request())
theirs.error("of %r", said.encode())
theirs.error("of %(what)s", {"what": Request()})
ours.info("of %s", Unprintable())
ours.info("too few %s %s", said)
warnings.warn(said)
thread = threading.Thread(target=fail)
thread.start(); thread.join()

async def main():
    log_uncaught(asyncio.get_running_loop())
    async def task(): fail()
    forgotten = asyncio.create_task(task())
    asyncio.get_running_loop().call_soon(fail, said)
    await asyncio.sleep(0)
    del forgotten
    gc.collect()
    await asyncio.sleep(0)

asyncio.run(main())
fail()
"""


def test_no_way_out_of_the_process_repeats_an_error_s_words(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, SENTENCE, tmp_path],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    written = (tmp_path / "gavatcore.log").read_text()
    assert run.returncode == 1
    for text in (written, run.stdout, run.stderr):
        assert SENTENCE not in text
    assert "a handler failed: ValueError" in written
    assert "in the event loop: Task exception was never retrieved" in written
    assert "in the event loop: Exception\n" in written
    assert "a line that could not be worded" in written
    assert "of Request" in written
    assert "in fail\n" in written
    assert "unexpected error in a finaliser" in written
    assert ": UserWarning" in run.stderr
    assert (
        run.stderr.count("went wrong inside Gavatcore (ValueError)") == 2
    )  # a thread's and its own

"""A database that is away at the start: a headless engine says so and waits, a command ends."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.engine import Engine
from engine.simulator.client import LocalTelegram
from engine.storage.database.errors import TroubleError, TroubleKind
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.opening import open_database
from engine.watch.alert import AlertFigures
from engine.watch.alert_kinds.storage_trouble import StorageFailing
from tests.end_to_end.test_headless import finish, start
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import answer_to, ask
from tests.support.servers.free_port import free_port
from tests.support.servers.postgres import PostgresServer
from tests.support.waiting import until


@contextmanager
def _run(*arguments: str, url: str) -> "Iterator[subprocess.Popen[str]]":
    with start("run", *arguments, DATABASE_URL=url) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """The line that says it."""
    assert process.stdout is not None
    for line in process.stdout:
        if wanted in line:
            return line
    raise AssertionError(f"it ended without: {wanted}")


def test_a_server_that_comes_later_is_waited_for(tmp_path: Path) -> None:
    server = PostgresServer()
    try:
        with _run("--data-dir", str(tmp_path), url=server.url("postgres")) as process:
            said = _until(process, "cannot be reached")
            assert "Waiting until it is back" in said
            assert "storing goes on" not in said
            server.start()
            _until(process, "running")
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
    finally:
        server.close()


def test_waiting_ends_with_a_signal_and_with_the_time_given(tmp_path: Path) -> None:
    url = f"postgresql://me:hunter2@127.0.0.1:{free_port()}/nothing"
    with _run("--data-dir", str(tmp_path), url=url) as process:
        _until(process, "Waiting until it is back")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    again = start("run", "--data-dir", str(tmp_path), "--exit-after", "0.1", DATABASE_URL=url)
    status, _, stderr = finish(again)
    assert status != 0
    assert "cannot be reached" in stderr
    assert "storing goes on" not in stderr
    assert "hunter2" not in stderr
    assert "Traceback" not in stderr


def test_what_only_a_person_can_change_is_not_waited_for(tmp_path: Path) -> None:
    server = PostgresServer()
    try:
        server.start()
        process = start("run", "--data-dir", str(tmp_path), DATABASE_URL=server.url("missing"))
        status, _, stderr = finish(process)
        assert status != 0
        assert "has no such database" in stderr
    finally:
        server.close()


async def test_a_full_disk_at_the_start_is_told_without_a_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(None, tmp_path, clock=SystemClock(), on_trouble=print)
    await database.close()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.storage.record.record_file._append", full)
    with pytest.raises(TroubleError, match=r"The disk of .*gavatcore\.db is full\.$") as raised:
        await open_database(None, tmp_path, clock=SystemClock(), on_trouble=print, renew=True)
    assert raised.value.trouble.kind is TroubleKind.FULL
    assert raised.value.trouble.may_pass


@pytest.mark.parametrize("what", [FILE_NAME, "."], ids=["the file", "the directory"])
async def test_while_the_database_is_away_an_alert_stands_and_nothing_is_answered(
    telegram: LocalTelegram, tmp_path: Path, what: str
) -> None:
    anna, ada = await telegram.add_bot("Anna"), await telegram.add_person("Ada")
    directory = tmp_path / "data"
    directory.mkdir()
    async with running_engine(telegram, [anna], directory) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, anna, "/help")
        there, away = (directory / what).resolve(), tmp_path / "away"
        there.rename(away)
        written = await telegram.write(ada, anna, "/start")
        await until(lambda: StorageFailing in _standing(engine), "an alert", within=20)
        assert not await telegram.messages(sender=anna.id, since=written.uid)
        away.rename(there)
        await answer_to(telegram, written)
        await until(lambda: StorageFailing not in _standing(engine), "no alert")
    summary = await telegram.ledger_summary()
    assert (summary.answered, summary.duplicated) == (2, 0)


def _standing(engine: Engine) -> set[type[AlertFigures]]:
    return {alert.kind for alert in engine.snapshot().alerts}

"""`gavatcore db`: what each command does to a data directory."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli.commands.db import app as commands
from engine.errors import DataDirectoryInUseError
from engine.files.data_lock import hold_data_directory
from engine.storage.database.schema import REVISION
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.migrating import as_restored, fill, restored_rows_of, rows_of


@pytest.fixture(autouse=True)
def _directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAVATCORE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def _run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(commands, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status
    return result.output


def test_a_new_directory_is_migrated_and_moved_back(tmp_path: Path) -> None:
    assert REVISION in _run("migrate")
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    _run("migrate", "--down", "--to", "base")
    assert asyncio.run(location_of(None, tmp_path).revision()) is None
    assert len(list((tmp_path / "backups").glob("*.gz"))) == 1


def test_a_backup_is_made_checked_and_restored(tmp_path: Path) -> None:
    before = asyncio.run(_filled(tmp_path))
    assert "was made" in _run("backup")
    count = sum(len(rows) for rows in before.values())
    assert f"{count} rows" in _run("check")
    (made,) = (tmp_path / "backups").glob("*.gz")
    (tmp_path / FILE_NAME).unlink()
    assert f"{count} rows" in _run("restore", str(made))
    assert asyncio.run(_rows(tmp_path)) == as_restored(before)


def test_without_a_backup_the_check_says_how_to_make_one(tmp_path: Path) -> None:
    assert "gavatcore db backup" in _run("check", status=1)


@pytest.mark.parametrize("command", [["migrate"], ["restore", __file__]])
def test_what_replaces_tables_is_refused_while_an_engine_runs(
    tmp_path: Path, command: list[str]
) -> None:
    lock = hold_data_directory(tmp_path)
    with pytest.raises(DataDirectoryInUseError):
        _run(*command)
    lock.release()
    assert not (tmp_path / FILE_NAME).exists()


def test_a_file_has_no_pool_to_reset() -> None:
    assert "0 connections closed" in _run("reset-pools")


async def _filled(directory: Path) -> dict[str, list[tuple[object, ...]]]:
    database = await open_database(None, directory, clock=ManualClock(), on_trouble=print)
    await fill(database)
    rows = await rows_of(database)
    await database.close()
    return rows


async def _rows(directory: Path) -> dict[str, list[tuple[object, ...]]]:
    database = await open_database(None, directory, clock=ManualClock(), on_trouble=print)
    rows = await restored_rows_of(database)
    (noted,) = [row for row in rows["audit"] if row[2] == "cli"]
    assert noted[3] == "restore"
    rows["audit"].remove(noted)
    await database.close()
    return rows

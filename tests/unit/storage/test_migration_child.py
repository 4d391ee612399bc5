"""A migration in a process of its own says how it ended, and ends with who asked for it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from engine.language import language
from engine.module_process import module_command
from engine.storage.database.errors import (
    StorageError,
    StorageTrouble,
    TroubleError,
    TroubleKind,
)
from engine.storage.database.schema import REVISION
from engine.storage.locations import migration_child
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.locations.migration_child import Wanted, migrate_in_child
from tests.support.clock import ManualClock

_SAYS = """
import sys
sys.stdin.readline()
{code}
"""


def _say(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have the child run `code` once it was asked."""
    python = module_command("")[0]
    monkeypatch.setattr(
        migration_child, "module_command", lambda _module: (python, "-c", _SAYS.format(code=code))
    )


async def test_a_child_that_dies_is_an_error_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(monkeypatch, "import os; os._exit(7)")
    with pytest.raises(StorageError, match="ended with status 7"):
        await migrate_in_child("sqlite:///x", tmp_path, 0.0)


async def test_a_trouble_that_may_pass_comes_back_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = StorageTrouble(TroubleKind.UNREACHABLE, "It is away.", "It was away.")
    told = msgspec.json.encode({"sentence": "Where it is.", "trouble": trouble}).decode()
    _say(monkeypatch, f"print({told!r}, flush=True)")
    with pytest.raises(TroubleError, match="Where it is") as raised:
        await migrate_in_child("sqlite:///x", tmp_path, 0.0)
    assert raised.value.trouble == trouble
    assert raised.value.trouble.may_pass


async def test_who_stops_waiting_leaves_no_child_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "pid"
    _say(monkeypatch, f"import os; open({str(mark)!r}, 'x').write(str(os.getpid())); input()")
    task = asyncio.ensure_future(migrate_in_child("sqlite:///x", tmp_path, 0.0))
    while not mark.exists() or not mark.read_text():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not Path(f"/proc/{mark.read_text()}").exists()


async def test_a_child_ends_with_its_parent_and_the_next_one_goes_on(directory: Path) -> None:
    location = location_of(None, directory)
    await location.move_to("0008", down=True)
    wanted = Wanted(location.url(), str(directory), 0.0, language())
    with closing(sqlite3.connect(directory / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the child will wait for this to end
        child = await asyncio.create_subprocess_exec(
            *module_command(migration_child.__name__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        answer, _ = await child.communicate(msgspec.json.encode(wanted) + b"\n")
        assert answer == b""
        assert child.returncode == 1
    assert await location.revision() == "0008"
    await migrate_location(location, ManualClock())
    assert await location.revision() == REVISION


async def test_a_folder_called_engine_in_the_working_directory_is_not_taken_for_ours(
    directory: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "engine").mkdir()
    (elsewhere / "engine" / "__init__.py").write_text("raise SystemExit(9)")
    (elsewhere / "msgspec.py").write_text("raise SystemExit(9)")
    location = location_of(None, directory)
    await location.move_to("0008", down=True)
    monkeypatch.chdir(elsewhere)
    await migrate_location(location, ManualClock())
    assert await location.revision() == REVISION

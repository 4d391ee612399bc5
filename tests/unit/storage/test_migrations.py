"""The schema's history: what it makes is what the tables say, and every step goes both ways."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import engine.storage.database.migrations
from engine.storage.backups.file import BackupFolder
from engine.storage.backups.schema import differences
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError
from engine.storage.database.migration import run_steps
from engine.storage.database.schema import REVISION, metadata
from engine.storage.database.sqlite.file import transaction
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.migrating import fill


def test_the_migrations_end_at_the_revision_and_the_tables_of_the_schema(tmp_path: Path) -> None:
    folder = str(Path(engine.storage.database.migrations.__file__).parent)
    assert ScriptDirectory(folder).get_heads() == [REVISION]
    with transaction(tmp_path / FILE_NAME) as connection:
        run_steps(connection, REVISION, "up")
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_an_empty_database_is_given_at_once_is_what_the_steps_make(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    with transaction(file) as connection:
        run_steps(connection, REVISION, "up")
    assert differences(file, REVISION, except_for="nothing") == []
    with transaction(file) as connection:
        run_steps(connection, "0008", "down")
    assert differences(file, REVISION, except_for="nothing") != []


async def test_migrations_go_up_down_and_up_with_data(database: Database, directory: Path) -> None:
    await fill(database)
    await database.close()
    location = location_of(None, directory)
    await location.move_to("base", down=True)
    assert await location.revision() is None
    await location.move_to("0001", down=False)
    await migrate_location(location, ManualClock())
    assert await location.revision() == REVISION


async def test_a_database_at_an_unknown_revision_is_backed_up_and_refused_in_one_sentence(
    directory: Path,
) -> None:
    with closing(sqlite3.connect(directory / FILE_NAME)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(
        StorageError, match=r"does not know revision 9999 of the database: use the newer"
    ):
        await migrate_location(location_of(None, directory), ManualClock())
    assert len(BackupFolder(directory).list()) == 1


async def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("hello " * 1_000)
    with pytest.raises(StorageError, match="is damaged"):
        await open_database(None, tmp_path, clock=ManualClock(), on_trouble=print)


async def test_an_address_of_another_kind_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="must begin with") as raised:
        location_of("mysql://me:hunter2@host/name", tmp_path)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("found", [REVISION, "0008", None], ids=["newest", "older", "none"])
async def test_an_engine_imports_neither_alembic_nor_the_server_driver(
    directory: Path, found: str | None
) -> None:
    if found is None:
        (directory / FILE_NAME).unlink()
    elif found != REVISION:
        await location_of(None, directory).move_to(found, down=True)
    code = (
        "import asyncio, sys; from pathlib import Path;"
        "from engine.clock import SystemClock;"
        "from engine.storage.opening import open_database;"
        "open = open_database(None, Path(sys.argv[1]), clock=SystemClock(), on_trouble=print);"
        "asyncio.run(open);"
        "print(*({'alembic', 'asyncpg', 'greenlet', 'sqlalchemy.ext.asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, directory], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
    assert await location_of(None, directory).revision() == REVISION

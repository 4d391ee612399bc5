"""A migrated database on SQLite for each test, made by migrating once and copying."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.storage.database.database import Database
from engine.storage.database.errors import StorageTrouble
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.locations.migration import migrate_location
from engine.storage.opening import open_database
from tests.support.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def troubles() -> list[StorageTrouble | None]:
    """What was told of the storage's troubles."""
    return []


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows."""
    directory = tmp_path_factory.mktemp("template")
    asyncio.run(migrate_location(location_of(None, directory), ManualClock()))
    return directory / FILE_NAME


@pytest.fixture
def directory(tmp_path: Path, template: Path) -> Path:
    """A data directory with a migrated database."""
    shutil.copy(template, tmp_path / FILE_NAME)
    return tmp_path


@pytest.fixture
def url() -> str | None:
    """Where another server is, in the tests of one."""
    return None


@pytest.fixture
async def database(
    directory: Path, clock: ManualClock, troubles: list[StorageTrouble | None]
) -> AsyncIterator[Database]:
    database = await open_database(None, directory, clock=clock, on_trouble=troubles.append)
    yield database
    await database.close()

"""A full disk, a file that may not be written, a file that is gone: nothing confirmed is lost."""

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.storage.database.database import Database
from engine.storage.database.errors import (
    StorageTrouble,
    StorageUnavailableError,
    TroubleError,
    TroubleKind,
)
from engine.storage.database.sqlite.trouble import trouble
from engine.storage.database.statistics import DatabaseStatus
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard

Troubles = list[StorageTrouble | None]


async def _stored_once(
    database: Database, clock: ManualClock, end: Callable[[], None], troubles: Troubles
) -> TroubleKind:
    """Write into a trouble, end it, and see the write succeed; which trouble was told, once."""
    messages = Messages(database)
    write = asyncio.create_task(messages.store_incoming([heard(2, text="x" * 200_000)]))
    while len(troubles) < 1 or clock.next_wake is None:
        await asyncio.sleep(0)
    for _ in range(3):  # more attempts tell nothing new
        clock.advance(clock.next_wake or 0.0)
        while clock.next_wake is None:
            await asyncio.sleep(0)
    assert not write.done()
    assert len(troubles) == 1
    assert (await database.health()).status is DatabaseStatus.DOWN
    end()
    clock.advance(clock.next_wake)
    (stored,) = await write
    assert stored.is_new
    begun, ended = troubles
    assert ended is None
    assert begun is not None
    assert (await database.health()).status is DatabaseStatus.HEALTHY
    assert len(await messages.unfinished_incoming("anna")) == 2
    return begun.kind


@pytest.fixture
def small_disk() -> Iterator[tuple[Path, Callable[[], None]]]:
    """A directory with little room, and what gives it more."""
    directory = Path(tempfile.mkdtemp(prefix="gavatcore-small-"))
    options = ("-t", "tmpfs", "-o", "size=320k", "tmpfs")
    mounted = not subprocess.run(
        ["mount", *options, directory], capture_output=True, check=False
    ).returncode
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)

    def enlarge() -> None:
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", directory], check=True)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)

    try:
        if not mounted:  # where one may not mount, a limit on files refuses the same writes
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, unlimited[1]))
        yield directory, enlarge
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        if mounted:
            subprocess.run(["umount", "--lazy", directory], check=True)
        shutil.rmtree(directory)


async def test_a_full_disk_is_told_once_and_storing_goes_on_when_there_is_room(
    small_disk: tuple[Path, Callable[[], None]],
    template: Path,
    clock: ManualClock,
    troubles: Troubles,
) -> None:
    directory, enlarge = small_disk
    shutil.copy(template, directory / FILE_NAME)
    async with _opened(directory, clock, troubles) as database:
        await Messages(database).store_incoming([heard(1)])
        kind = await _stored_once(database, clock, enlarge, troubles)
        assert kind in {TroubleKind.FULL, TroubleKind.FAILING}


def test_what_sqlite_calls_an_error_of_the_disk_is_a_full_one_where_no_room_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    found = trouble(error, tmp_path / FILE_NAME)
    assert found is not None
    assert found.kind is TroubleKind.FAILING
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=4_096))
    found = trouble(error, tmp_path / FILE_NAME)
    assert found is not None
    assert found.kind is TroubleKind.FULL


async def test_a_read_only_file_is_told_once_and_storing_goes_on_when_it_may_be_written(
    template: Path, clock: ManualClock, troubles: Troubles
) -> None:
    directory = Path(tempfile.mkdtemp(prefix="gavatcore-readonly-"))
    shutil.copy(template, directory / FILE_NAME)
    try:
        async with _opened(directory, clock, troubles) as database:
            await Messages(database).store_incoming([heard(1)])
            await database.reset()  # what is open already may be written to
            with _bound_by_permissions(directory):
                _permit(directory, 0o400, 0o500)
                kind = await _stored_once(
                    database, clock, lambda: _permit(directory, 0o600, 0o700), troubles
                )
                assert kind is TroubleKind.READ_ONLY
                await database.reset()
    finally:
        shutil.rmtree(directory)


async def test_a_file_that_is_gone_is_told_once_and_storing_goes_on_when_it_is_back(
    database: Database, directory: Path, clock: ManualClock, troubles: Troubles
) -> None:
    await Messages(database).store_incoming([heard(1)])
    await database.reset()
    away = directory / "away.db"
    (directory / FILE_NAME).rename(away)
    kind = await _stored_once(
        database, clock, lambda: _rename(away, directory / FILE_NAME), troubles
    )
    assert kind is TroubleKind.UNREACHABLE


async def test_a_file_held_by_another_program_is_told_once_and_storing_goes_on_after(
    database: Database,
    directory: Path,
    clock: ManualClock,
    troubles: Troubles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.storage.database.sqlite.backend._BUSY_TIMEOUT", 0.0)
    await database.reset()
    await Messages(database).store_incoming([heard(1)])
    other = sqlite3.connect(directory / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    kind = await _stored_once(database, clock, other.close, troubles)
    assert kind is TroubleKind.BUSY


async def test_what_cannot_be_stored_before_the_end_fails_its_caller(
    database: Database, directory: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.database.database._CLOSE_PATIENCE", 0.0)
    messages = Messages(database)
    await database.reset()
    (directory / FILE_NAME).rename(directory / "away.db")
    write = asyncio.create_task(messages.store_incoming([heard(2)]))
    while clock.next_wake is None:
        await asyncio.sleep(0)
    with pytest.raises(TroubleError):
        await messages.unsent("anna")
    await database.close()
    with pytest.raises(StorageUnavailableError):
        await write
    with pytest.raises(StorageUnavailableError):
        await messages.store_incoming([heard(3)])
    (directory / "away.db").rename(directory / FILE_NAME)


def _rename(old: Path, new: Path) -> None:
    old.rename(new)


def _permit(directory: Path, file_mode: int, directory_mode: int) -> None:
    directory.chmod(0o700)
    for file in directory.iterdir():
        file.chmod(file_mode)
    directory.chmod(directory_mode)


@contextmanager
def _bound_by_permissions(directory: Path) -> Iterator[None]:
    """Act as an ordinary user: permissions do not bind root."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65_534
    for path in (directory, *directory.iterdir()):
        shutil.chown(path, nobody)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


@asynccontextmanager
async def _opened(
    directory: Path, clock: ManualClock, troubles: Troubles
) -> AsyncIterator[Database]:
    database = await open_database(None, directory, clock=clock, on_trouble=troubles.append)
    try:
        yield database
    finally:
        await database.close()

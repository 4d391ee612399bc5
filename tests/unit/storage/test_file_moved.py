"""A database file moved, removed or replaced while in use: nothing is confirmed that is lost."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.storage.database.database import Database
from engine.storage.database.errors import StorageTrouble, StorageUnavailableError, TroubleKind
from engine.storage.database.operation import delete_rows
from engine.storage.database.schema import incoming
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.messages.message import StoredIncoming
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from engine.storage.restores.lineage import RESTORED
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard

Troubles = list[StorageTrouble | None]


async def _in_trouble(
    database: Database, clock: ManualClock, troubles: Troubles
) -> "asyncio.Task[tuple[StoredIncoming, ...]]":
    """A write that waits, once it was told why."""
    write = asyncio.create_task(Messages(database).store_incoming([heard(2)]))
    while clock.next_wake is None:
        await asyncio.sleep(0)
    (trouble,) = troubles
    assert trouble is not None
    assert trouble.kind is TroubleKind.UNREACHABLE
    assert "put it back" in trouble.sentence
    assert not write.done()
    return write


async def _goes_on(
    write: "asyncio.Task[tuple[StoredIncoming, ...]]", clock: ManualClock, troubles: Troubles
) -> None:
    while not write.done():
        clock.advance(clock.next_wake or 0.0)
        await asyncio.sleep(0)
    assert troubles[1:] == [None]


def _stored(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as database:
        return [row[0] for row in database.execute("SELECT message FROM incoming ORDER BY 1")]


@pytest.mark.parametrize("what", ["the file", "its log too", "the directory"])
async def test_what_is_moved_away_is_noticed_and_storing_goes_on_when_it_is_back(
    database: Database, directory: Path, clock: ManualClock, troubles: Troubles, what: str
) -> None:
    await Messages(database).store_incoming([heard(1)])
    if what == "the directory":
        away = directory.with_name("away")
        directory.rename(away)

        def back() -> None:
            away.rename(directory)

    else:
        names = [FILE_NAME, *(["gavatcore.db-wal", "gavatcore.db-shm"] if "log" in what else [])]
        for name in names:
            (directory / name).rename(directory / f"away-{name}")

        def back() -> None:
            for name in names:
                (directory / f"away-{name}").rename(directory / name)

    write = await _in_trouble(database, clock, troubles)
    back()
    await _goes_on(write, clock, troubles)
    await database.close()
    assert _stored(directory / FILE_NAME) == [1, 2]


async def test_a_file_that_was_removed_is_written_anew_at_the_end(
    database: Database,
    directory: Path,
    clock: ManualClock,
    troubles: Troubles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await Messages(database).store_incoming([heard(1)])
    (directory / FILE_NAME).unlink()
    write = await _in_trouble(database, clock, troubles)
    monkeypatch.setattr("engine.storage.database.database._CLOSE_PATIENCE", 0.0)
    await database.close()
    with pytest.raises(StorageUnavailableError):
        await write
    assert (directory / FILE_NAME).stat().st_mode & 0o777 == 0o600
    again = await open_database(None, directory, clock=clock, on_trouble=print, renew=True)
    assert again.told_before is None
    assert len(await Messages(again).unfinished_incoming("anna")) >= 1
    await again.close()


async def test_a_copy_put_in_its_place_is_neither_written_to_nor_taken_for_it(
    database: Database, directory: Path, clock: ManualClock, troubles: Troubles
) -> None:
    await Messages(database).store_incoming([heard(1)])
    file, copy = directory / FILE_NAME, directory / "copy.db"
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    copy.replace(file)
    write = await _in_trouble(database, clock, troubles)
    assert _stored(file) == [1]
    write.cancel()
    await database.close()
    again = await open_database(None, directory, clock=clock, on_trouble=print, renew=True)
    assert (await Messages(again).ends()).reasons == {RESTORED: 1}
    await again.close()


@pytest.mark.parametrize("how", ["an older copy written over it", "cut off"])
async def test_a_file_that_is_written_over_is_noticed(
    database: Database, directory: Path, clock: ManualClock, troubles: Troubles, how: str
) -> None:
    file = directory / FILE_NAME
    older = file.read_bytes() if "copy" in how else b""
    await Messages(database).store_incoming([heard(n, text="a" * 1000) for n in range(10, 200)])
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint")
    await Messages(database).store_incoming([heard(1)])
    assert file.stat().st_size > len(older)
    file.write_bytes(older)
    write = await _in_trouble(database, clock, troubles)
    write.cancel()
    await database.close()
    if older:
        assert _stored(file) == []  # what somebody put there
        again = await open_database(None, directory, clock=clock, on_trouble=print, renew=True)
        assert again.told_before is not None
        await again.close()


async def test_a_file_that_somebody_vacuums_is_the_one_it_was(
    database: Database, directory: Path, troubles: Troubles
) -> None:
    many = await Messages(database).store_incoming(
        [heard(n, text="a" * 1000) for n in range(10, 200)]
    )
    await database.write_all(delete_rows(incoming), [(one.id,) for one in many])
    file = directory / FILE_NAME
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint")
        await Messages(database).store_incoming([heard(1)])
        before = file.stat().st_size
        other.execute("VACUUM")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert file.stat().st_size < before
    await Messages(database).store_incoming([heard(2)])
    await Messages(database).store_incoming([heard(3)])
    assert troubles == []


@pytest.mark.parametrize("removed", [("-wal",), ("-shm",), ("-wal", "-shm")])
async def test_what_only_a_removed_log_held_is_saved(
    database: Database,
    directory: Path,
    clock: ManualClock,
    troubles: Troubles,
    removed: tuple[str, ...],
) -> None:
    await Messages(database).store_incoming([heard(1)])
    for suffix in removed:
        (directory / (FILE_NAME + suffix)).unlink()
    write = asyncio.create_task(Messages(database).store_incoming([heard(2)]))
    while clock.next_wake is None:
        await asyncio.sleep(0)
    await _goes_on(write, clock, troubles)
    for suffix in ("", "-wal", "-shm"):  # as a kill would leave it
        if (directory / (FILE_NAME + suffix)).exists():
            shutil.copy(directory / (FILE_NAME + suffix), directory / f"left.db{suffix}")
    assert _stored(directory / "left.db") == [1, 2]

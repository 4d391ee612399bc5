"""Backups: consistent, proven, daily, kept for a month; and the way back."""

import asyncio
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.storage.backups.contents import BackupError
from engine.storage.backups.file import put_back
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError
from engine.storage.database.schema import metadata
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from tests.support.clock import ManualClock
from tests.support.migrating import as_restored, fill, restored_rows_of, rows_of
from tests.support.stored_samples import heard

_DAY = 86_400.0


@pytest.fixture
def backups(directory: Path, clock: ManualClock) -> Backups:
    return Backups(location_of(None, directory), directory, clock)


async def test_a_backup_restored_on_a_clean_machine_gives_the_same_rows(
    database: Database,
    backups: Backups,
    clock: ManualClock,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    await fill(database)
    before = await rows_of(database)
    made = await backups.make()
    clean = tmp_path_factory.mktemp("clean")
    await Backups(location_of(None, clean), clean, clock).restore(made.file)
    assert (clean / FILE_NAME).stat().st_mode & 0o777 == 0o600
    restored = await open_database(None, clean, clock=clock, on_trouble=print)
    assert await restored_rows_of(restored) == as_restored(before)
    await restored.close()


async def test_a_backup_made_under_load_holds_everything_confirmed_before_it(
    database: Database, backups: Backups
) -> None:
    messages = Messages(database)
    begun = confirmed = 0

    async def write(numbers: range) -> None:
        nonlocal begun, confirmed
        for number in numbers:
            begun += 1
            await messages.store_incoming([heard(number)])
            confirmed += 1

    async with asyncio.TaskGroup() as group:
        for start in range(0, 100_000, 10_000):
            group.create_task(write(range(start, start + 200)))
        while confirmed < 500:
            await asyncio.sleep(0)
        before = confirmed
        made = await backups.make()
        after = begun  # what is stored may not have been confirmed yet
    assert before <= (await backups.check(made.file)).rows["incoming"] <= after


async def test_a_restore_first_backs_up_what_is_there(
    database: Database, directory: Path, backups: Backups, clock: ManualClock
) -> None:
    messages = Messages(database)
    first = await backups.make()
    await messages.store_incoming([heard(1)])
    await database.close()
    clock.advance(1)
    await backups.restore(first.file)
    _, second = backups.folder.list()
    assert (await backups.check(second.file)).rows["incoming"] == 1
    again = await open_database(None, directory, clock=clock, on_trouble=print)
    assert await Messages(again).unfinished_incoming("anna") == ()
    await again.close()


async def test_the_list_of_accounts_travels_with_a_backup_and_replaces_none(
    database: Database, directory: Path, backups: Backups, clock: ManualClock, tmp_path: Path
) -> None:
    (directory / "accounts.json").write_bytes(b"sealed \xff")
    (directory / "notes.txt").write_text("not ours")
    await fill(database)
    made = await backups.make()
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "paused.json").write_text("[]")
    other = Backups(location_of(None, clean), clean, clock)
    assert await other.restore(made.file) == await backups.check(made.file)
    assert put_back(made.file, clean) == ("accounts.json",)
    assert (clean / "accounts.json").read_bytes() == b"sealed \xff"
    assert (clean / "accounts.json").stat().st_mode & 0o777 == 0o600
    (clean / "accounts.json").write_text("newer")
    assert put_back(made.file, clean) == ()
    assert (clean / "accounts.json").read_text() == "newer"
    restored = await open_database(None, clean, clock=clock, on_trouble=print)
    tables = await restored.read(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
    await restored.close()
    assert {name for (name,) in tables} == {"alembic_version", *metadata.tables}


@pytest.mark.parametrize("damage", ["cut", "overwritten", "no backup"])
async def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    database: Database, directory: Path, backups: Backups, damage: str
) -> None:
    await fill(database)
    file = (await backups.make()).file
    packed = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(packed[:-100])
        case "overwritten":
            whole = bytearray(gzip.decompress(packed))
            whole[8192:20480] = bytes(12288)
            file.write_bytes(gzip.compress(whole))
        case _:
            file.write_bytes(gzip.compress(b"hello"))
    before = await rows_of(database)
    await database.close()
    with pytest.raises(BackupError):
        await backups.restore(file)
    again = await open_database(None, directory, clock=ManualClock(), on_trouble=print)
    assert await rows_of(again) == before
    await again.close()


@pytest.mark.parametrize("damage", ["its first page", "pages within"])
async def test_a_damaged_database_gives_way_to_a_backup_and_is_kept(
    database: Database, directory: Path, backups: Backups, clock: ManualClock, damage: str
) -> None:
    await fill(database)
    before = await rows_of(database)
    made = await backups.make()
    await database.close()
    file = directory / FILE_NAME
    content = bytearray(file.read_bytes())
    start = 0 if damage == "its first page" else 4096
    content[start : start + 16384] = bytes(16384)
    file.write_bytes(content)
    await backups.restore(made.file)
    again = await open_database(None, directory, clock=clock, on_trouble=print)
    assert await restored_rows_of(again) == as_restored(before)
    await again.close()
    (aside,) = (directory / "backups").glob("damaged-*")
    assert (aside / FILE_NAME).read_bytes() == content
    clock.advance(31 * _DAY)
    await backups.make()
    assert not aside.exists()


async def test_one_backup_a_day_is_made_and_kept_for_thirty_days(
    backups: Backups, clock: ManualClock
) -> None:
    running = asyncio.create_task(backups.run(lambda error: pytest.fail(str(error))))
    for _day in range(40):
        while clock.next_wake is None:
            await asyncio.sleep(0.001)
        clock.advance(clock.next_wake)
    while clock.next_wake is None:
        await asyncio.sleep(0.001)
    running.cancel()
    ages = [(clock.now() - backup.at) / _DAY for backup in backups.folder.list()]
    assert [round(age) for age in ages] == list(range(30, -1, -1))


async def test_a_backup_that_fails_is_told_and_tried_again_within_the_hour(
    directory: Path, backups: Backups, clock: ManualClock
) -> None:
    failures: list[StorageError] = []
    (directory / FILE_NAME).rename(directory / "away.db")
    running = asyncio.create_task(backups.run(failures.append))
    while clock.next_wake is None:
        await asyncio.sleep(0.001)
    assert len(failures) == 1
    assert backups.folder.list() == ()
    (directory / "away.db").rename(directory / FILE_NAME)
    clock.advance(3_600)
    while clock.next_wake is None:
        await asyncio.sleep(0.001)
    running.cancel()
    (made,) = backups.folder.list()
    assert made.at == clock.now()
    assert len(failures) == 1


async def test_each_backup_is_handed_to_the_upload(directory: Path, clock: ManualClock) -> None:
    uploaded: list[Path] = []

    async def upload(file: Path) -> None:
        uploaded.append(file)

    made = await Backups(location_of(None, directory), directory, clock, upload).make()
    assert uploaded == [made.file]
    stamp = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y%m%dT%H%M%S")
    assert stamp in made.file.name

"""A SQLite file that is not the one last in use is noticed, however it came there."""

import asyncio
import gzip
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from engine.storage.database.database import Database
from engine.storage.database.sqlite.backend import connect
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents
from engine.storage.people.retention import prune_record
from engine.storage.record.record import RecordKind
from engine.storage.record.record_file import read, record_of
from engine.storage.restores.lineage import RESTORED, settle
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard

ADA = 42


async def _opened(directory: Path, clock: ManualClock) -> Database:
    clock.advance(10)
    return await open_database(None, directory, clock=clock, on_trouble=print, renew=True)


async def _used(directory: Path, clock: ManualClock) -> Database:
    """A database with a consent and an open message."""
    database = await _opened(directory, clock)
    await Consents(database).give(ADA, "anna", ADA, "llm", Moment(clock.now()))
    await Messages(database).store_incoming([heard(1)])
    return database


async def _is_restored(directory: Path, clock: ManualClock) -> bool:
    """Whether it was taken for an older one, and everything was made good."""
    database = await _opened(directory, clock)
    reasons = (await Messages(database).ends()).reasons
    is_given = await Consents(database).is_given(ADA, "anna", ADA, "llm")
    await database.close()
    if reasons == {RESTORED: 1}:
        assert not is_given
        assert database.told_before == clock.now()
        return True
    assert reasons == {}
    assert database.told_before is None
    return False


@pytest.mark.parametrize("how", ["a backup, unpacked", "a copy of an earlier run", "emptied"])
async def test_an_older_file_put_in_place_by_hand_is_noticed(
    directory: Path, clock: ManualClock, how: str
) -> None:
    database = await _used(directory, clock)
    made = await Backups(location_of(None, directory), directory, clock).make()
    await database.close()
    file, copy = directory / FILE_NAME, directory / "copy.db"
    shutil.copy(file, copy)
    database = await _opened(directory, clock)
    await Consents(database).withdraw(ADA, "anna", ADA, "llm", Moment(clock.now()))
    await database.close()
    match how:
        case "a backup, unpacked":
            file.write_bytes(gzip.decompress(made.file.read_bytes()))
        case "a copy of an earlier run":
            copy.replace(file)
        case _:
            file.unlink()
            again = await _opened(directory, clock)
            assert again.told_before == clock.now()
            await again.close()
            return
    assert await _is_restored(directory, clock)


async def test_a_copy_made_during_the_run_that_was_killed_lacks_no_withdrawal_of_it(
    directory: Path, clock: ManualClock
) -> None:
    database = await _used(directory, clock)
    copy = directory / "copy.db"
    with closing(connect(directory / FILE_NAME)) as old, closing(connect(copy, mode="rwc")) as new:
        old.backup(new)
    await Consents(database).withdraw(ADA, "anna", ADA, "llm", Moment(clock.now()))
    await database.close()
    copy.replace(directory / FILE_NAME)
    database = await _opened(directory, clock)
    assert not await Consents(database).is_given(ADA, "anna", ADA, "llm")
    await database.close()


async def test_the_same_file_is_known_wherever_a_start_was_killed(
    directory: Path, clock: ManualClock
) -> None:
    database = await _used(directory, clock)
    await database.close()
    assert not await _is_restored(directory, clock)
    database = await _opened(directory, clock)
    await database.write(settle("marked", clock.now(), renew=True), ())  # killed before it is noted
    await database.close()
    assert not await _is_restored(directory, clock)
    with record_of(directory / FILE_NAME).open("ab") as record:
        record.write(b'["next","never",1.0,""]\n')  # killed before the commit
    assert not await _is_restored(directory, clock)


@pytest.mark.parametrize("left", [0, 1, 5, 20])
async def test_a_torn_last_line_costs_nothing_but_itself(
    directory: Path, clock: ManualClock, left: int
) -> None:
    database = await _used(directory, clock)
    made = await Backups(location_of(None, directory), directory, clock).make()
    await Consents(database).withdraw(ADA, "anna", ADA, "llm", Moment(clock.now()))
    await database.close()
    file = record_of(directory / FILE_NAME)
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("ab") as record:
        record.write(b'["withdrawn","abcd",1.0,""]\n'[:left])
    clock.advance(10)
    await Backups(location_of(None, directory), directory, clock).restore(made.file)
    database = await _opened(directory, clock)
    assert not await Consents(database).is_given(ADA, "anna", ADA, "llm")
    await Consents(database).withdraw(7, "anna", 7, "llm", Moment(clock.now()))
    await database.close()
    assert [line.kind for line in read(file)].count(RecordKind.WITHDRAWN) == 2


async def test_a_damaged_record_is_put_aside_and_the_database_taken_for_an_older_one(
    directory: Path, clock: ManualClock
) -> None:
    database = await _used(directory, clock)
    await database.close()
    file = record_of(directory / FILE_NAME)
    file.write_bytes(b"\x00" * 100)
    database = await _opened(directory, clock)
    assert (await Messages(database).ends()).reasons == {RESTORED: 1}
    await database.close()
    assert len(list(directory.glob("gavatcore.record.damaged-*"))) == 1


async def test_entries_go_with_the_oldest_backup_that_they_could_concern(
    directory: Path, clock: ManualClock
) -> None:
    database = await _opened(directory, clock)
    file = record_of(directory / FILE_NAME)
    for _ in range(3):
        await Consents(database).withdraw(ADA, "anna", ADA, "llm", Moment(clock.now()))
        clock.advance(100)
    await prune_record(database, clock.now() - 150)
    lines = read(file)
    assert [line.at for line in lines if line.kind == RecordKind.WITHDRAWN] == [clock.now() - 100]
    assert file.stat().st_mode & 0o777 == 0o600
    await database.close()
    database = await _opened(directory, clock)
    assert database.told_before is None  # it is still known
    await database.close()


async def test_what_is_kept_holds_no_number_name_or_text(
    directory: Path, clock: ManualClock
) -> None:
    person, chat = 5_123_456_789, -1_009_876_543_210
    database = await _opened(directory, clock)
    await Consents(database).withdraw(person, "anna_bot", chat, "llm", Moment(clock.now()))
    await database.close()
    content = record_of(directory / FILE_NAME).read_text()
    assert not any(word in content for word in (str(person), str(-chat), "anna"))


async def test_two_openings_at_once_leave_a_database_that_is_known(
    directory: Path, clock: ManualClock
) -> None:
    for _ in range(5):
        first, second = await asyncio.gather(_opened(directory, clock), _opened(directory, clock))
        assert first.told_before is second.told_before is None
        await first.close()
        await second.close()

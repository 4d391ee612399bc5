"""What a backup must be for `db check` and `db restore` to take it; each fault is one sentence."""

import gzip
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.files.scratch import FOLDER
from engine.storage.backups.contents import BackupError
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import FILE_NAME, location_of
from engine.storage.messages.messages import Messages
from tests.support.clock import ManualClock
from tests.support.stored_samples import heard

_CHANGES = {
    "a table is missing": "DROP TABLE consents",
    "a column is missing": "ALTER TABLE consents DROP COLUMN withdrawn_at",
    "a column is new": "ALTER TABLE consents ADD COLUMN more TEXT",
    "an index is missing": "DROP INDEX uq_incoming_message",
    "an index is otherwise": (
        "DROP INDEX uq_subscriptions_open; CREATE UNIQUE INDEX uq_subscriptions_open"
        " ON subscriptions (account, chat, purpose)"
    ),
    "a key is missing": (
        "CREATE TABLE other AS SELECT * FROM flood_waits; DROP TABLE flood_waits;"
        " ALTER TABLE other RENAME TO flood_waits"
    ),
    "a table is foreign": "CREATE TABLE foreign_one (a)",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON incoming BEGIN DELETE FROM consents; END",
    "a view": "CREATE VIEW v AS SELECT * FROM incoming",
    "a view in a table's place": (
        "ALTER TABLE chats RENAME TO c; CREATE VIEW chats AS SELECT * FROM c"
    ),
    "a check": (
        "DROP TABLE announcement_rounds; CREATE TABLE announcement_rounds (account TEXT NOT NULL,"
        " began_at DOUBLE, due_at DOUBLE NOT NULL CHECK (due_at < 0), PRIMARY KEY (account))"
    ),
    "a name that is code": 'CREATE TABLE "x""; DROP TABLE incoming; --" (a)',
    "no revision": "DROP TABLE alembic_version",
    "no number of a revision": "DELETE FROM alembic_version",
    "a revision by another name": "UPDATE alembic_version SET version_num = 'head'",
    "two revisions": "INSERT INTO alembic_version VALUES ('0008')",
    "a revision nobody knows": "UPDATE alembic_version SET version_num = '9999'",
}


class Place(NamedTuple):
    """A directory with a database of one message, and a backup of it."""

    directory: Path
    backups: Backups
    file: Path


@pytest.fixture
async def place(database: Database, directory: Path, clock: ManualClock) -> Place:
    await Messages(database).store_incoming([heard(1)])
    backups = Backups(location_of(None, directory), directory, clock)
    made = await backups.make()
    await database.close()
    return Place(directory, backups, made.file)


async def _refused(place: Place) -> str:
    """The sentence for which both commands refuse the backup."""
    sentences = []
    for refuse in (place.backups.check, place.backups.restore):
        with pytest.raises(StorageError) as raised:
            await refuse(place.file)
        sentences.append(str(raised.value))
    assert sentences[0] == sentences[1]
    assert "\n" not in sentences[0].removesuffix(".")
    with closing(sqlite3.connect(place.directory / FILE_NAME)) as database:
        assert database.execute("SELECT count(*) FROM incoming").fetchone() == (1,)
    assert [path.name for path in (place.directory / FOLDER).iterdir()] == ["any.lock"]
    return sentences[0]


@pytest.mark.parametrize("change", _CHANGES)
async def test_a_backup_that_is_not_as_its_revision_is_refused(place: Place, change: str) -> None:
    copy = place.directory / "copy.db"
    copy.write_bytes(gzip.decompress(place.file.read_bytes()))
    with closing(sqlite3.connect(copy)) as database:
        database.executescript(_CHANGES[change])
    place.file.write_bytes(gzip.compress(copy.read_bytes()))
    copy.unlink()
    assert "NoneType" not in await _refused(place)


def _bomb(content: bytes) -> bytes:
    return gzip.compress(content + bytes(50 << 20))


def _vast(content: bytes) -> bytes:
    """One whose header says 8 TB."""
    pages = (0x7FFFFFFF).to_bytes(4)
    return gzip.compress(content[:28] + pages + content[32:])


def _flipped(content: bytes) -> bytes:
    packed = bytearray(gzip.compress(content))
    packed[2000:2010] = bytes(10)
    return bytes(packed)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_bomb, "not as large as it says"),
        (_vast, "there is less"),
        (_flipped, "cannot be read as a backup|damaged"),
        (lambda content: gzip.compress(content)[:-2000], "cannot be read as a backup"),
        (lambda content: gzip.compress(content)[:-4], "cannot be read as a backup"),
        (lambda content: gzip.compress(content[:-4096]), "not as large as it says"),
        (lambda content: gzip.compress(content) + b"more", "cannot be read as a backup"),
        (lambda _: b"", "not a backup"),
        (lambda _: b"\x1f\x8b", "cannot be read as a backup"),
        (lambda _: gzip.compress(b"hello"), "not a backup"),
        (lambda content: content, "cannot be read as a backup|ends in zeros"),
    ],
)
async def test_no_more_is_unpacked_than_a_backup_says_and_has_room(
    place: Place, damage: Callable[[bytes], bytes], said: str
) -> None:
    place.file.write_bytes(damage(gzip.decompress(place.file.read_bytes())))
    assert re.search(said, await _refused(place))


async def test_backups_of_every_revision_are_sound(tmp_path: Path, clock: ManualClock) -> None:
    location = location_of(None, tmp_path)
    backups = Backups(location, tmp_path, clock)
    for revision in ("0001", "0002", "0003", "0004", "0005", "0006", "0009"):
        await location.move_to(revision, down=False)
        clock.advance(1)
        made = await backups.make()
        assert (await backups.check(made.file)).revision == revision


async def test_nothing_is_copied_into_the_systems_temporary_directory(
    place: Place, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(tempfile, "mkdtemp", None)
    await place.backups.check(place.file)
    await place.backups.restore(place.file)
    assert list(temporary.iterdir()) == []
    shutil.copy(__file__, place.file)
    with pytest.raises(BackupError):
        await place.backups.check(place.file)
    assert [path.name for path in (place.directory / FOLDER).iterdir()] == ["any.lock"]

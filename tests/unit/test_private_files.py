"""Nothing is written through a link that somebody planted, and others may read nothing of ours."""

import asyncio
import atexit
import logging
import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from logging.handlers import QueueListener
from pathlib import Path

import pytest

from desktop.languages import KeptLanguage
from desktop.shell.said_once import SaidOnce
from desktop.shell.single_instance import SingleInstance
from engine.accounts.accounts import Accounts
from engine.accounts.bot_personas import BotPersonas
from engine.accounts.paused import PausedAccounts
from engine.cache.disk.file import DiskFile
from engine.clock import SystemClock
from engine.errors import DataDirectoryError, GavatcoreError
from engine.files.data_lock import hold_data_directory
from engine.files.paths import open_data_directory
from engine.files.private_files import UnsafeFileError, keep_private, open_private, write_anew
from engine.secrets.find import find_keys
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.storage.locations.migration import migrate_location
from engine.storage.locations.sqlite import SqliteLocation
from engine.telegram.sessions.file import SessionData, write_session
from engine.telegram.sessions.lock import SessionLock
from engine.telemetry.logs import start_logging
from engine.watch.emergency_record import EmergencyRecord, Recorded
from engine.watch.emergency_state import EmergencyCause

SEAL = Seal([MasterKey.generate()])
TOKEN = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ0123456789"


def _log(directory: Path) -> None:
    """Write two lines to the log, as a process does."""
    root, stops = logging.getLogger(), list[QueueListener]()
    before = list(root.handlers), root.level
    root.handlers.clear()  # what captures the log for a report cannot send on what is no text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atexit, "register", lambda stop: stops.append(stop.__self__))
        start_logging(directory, "INFO", terminal=False)
    logging.getLogger("x").warning("\ud800 is no text")
    root.handlers[:], root.level = before
    for listener in stops:
        listener.stop()
        for handler in listener.handlers:
            handler.close()


def _lock(directory: Path) -> None:
    hold_data_directory(directory).release()


def _database(directory: Path) -> None:
    asyncio.run(
        migrate_location(SqliteLocation(directory / "gavatcore.db", directory), SystemClock())
    )


def _session(directory: Path) -> None:
    path = directory / "ada.session"
    with SessionLock(path):
        write_session(path, SessionData(2, "127.0.0.1", 443, bytes(256)), 1, SEAL)


def _cache(directory: Path) -> None:
    async def open_and_close() -> None:
        cache = DiskFile(directory / "cache.db", {})
        await cache.open()
        await cache.close()

    asyncio.run(open_and_close())


def _address(directory: Path) -> None:
    SingleInstance(directory)._write_address(1)


WRITERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "log": ("gavatcore.log", _log),
    "lock of the engine": ("engine.lock", _lock),
    "lock of a small file": (
        "paused.json.lock",
        lambda directory: PausedAccounts(directory).pause("x"),
    ),
    "accounts": (
        "accounts.json",
        lambda directory: Accounts(directory, SEAL).add_bot("a", TOKEN, at=0),
    ),
    "secrets": ("secrets.json", lambda directory: SecretStore(directory, SEAL).set("a", "b")),
    "pauses": ("paused.json", lambda directory: PausedAccounts(directory).pause("x")),
    "personas": ("personas.json", lambda directory: BotPersonas(directory).choose("a", "b")),
    "master key": ("master.key", lambda directory: find_keys(directory, keyring=False)),
    "database": ("gavatcore.db", _database),
    "database's log": ("gavatcore.db-wal", _database),
    "database's index": ("gavatcore.db-shm", _database),
    "session": ("ada.session", _session),
    "session's log": ("ada.session-journal", _session),
    "session's lock": ("ada.session.lock", _session),
    "cache": ("cache.db", _cache),
    "language": (
        "language",
        lambda directory: KeptLanguage(directory / "language").keep("tr"),
    ),
    "language, half written": (
        "language.part",
        lambda directory: KeptLanguage(directory / "language").keep("tr"),
    ),
    "hint": ("hint.said", lambda directory: SaidOnce(directory / "hint.said").first_time()),
    "address": ("desktop.address", _address),
    "emergency": (
        "emergency.json",
        lambda directory: EmergencyRecord(directory).keep(Recorded(1.0, EmergencyCause.OPERATOR)),
    ),
    "half-written state": (
        "state.json.part",
        lambda directory: write_anew(directory / "state.json", b"{}"),
    ),
}


def test_a_lock_that_is_a_link_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "engine.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataDirectoryError, match=r"engine\.lock is a link"):
        hold_data_directory(tmp_path)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("target", ["file", "nothing"])
def test_what_a_planted_link_leads_to_is_neither_emptied_nor_made(
    tmp_path: Path, writer: str, target: str
) -> None:
    name, write = WRITERS[writer]
    directory, victim = tmp_path / "data", tmp_path / "victim"
    directory.mkdir(mode=0o700)
    if target == "file":
        victim.write_bytes(_harmless(name))
        victim.chmod(0o644)
    before = victim.read_bytes() if target == "file" else None
    (directory / name).symlink_to(victim)
    said = _refusal(write, directory)
    if said is not None:
        assert str(directory / name) in said
        assert "is a link" in said
        assert "None" not in said
    assert (victim.read_bytes() if victim.exists() else None) == before
    if target == "file":
        assert stat.S_IMODE(victim.stat().st_mode) in {0o644, 0o600}


def _refusal(write: Callable[[Path], object], directory: Path) -> str | None:
    try:
        write(directory)
    except GavatcoreError as error:
        return str(error)
    return None


def _harmless(name: str) -> bytes:
    """What a reader takes before the file is written anew."""
    if name in {"accounts.json", "secrets.json", "personas.json"}:
        return b"{}"
    if name == "paused.json":
        return b"[]"
    if name == "master.key":
        key = MasterKey.generate()
        return f'{{"kept_in":"file","id":"{key.id.hex()}","keys":"{key.text}"}}'.encode()
    return b"precious"


@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_written_is_for_this_user_alone_also_where_it_was_open_to_all(
    tmp_path: Path, writer: str
) -> None:
    _name, write = WRITERS[writer]
    write(tmp_path)
    made = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert made
    assert {stat.S_IMODE(file.stat().st_mode) for file in made} == {0o600}
    for file in made:
        file.chmod(0o666)
    if writer not in {"hint", "accounts", "session's log"}:  # those cannot be written twice
        write(tmp_path)
        name = WRITERS[writer][0]
        if (tmp_path / name).exists():
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_fifo_or_a_folder_in_the_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    for name in ("fifo", "folder"):
        with pytest.raises(UnsafeFileError, match="not a regular file"):
            keep_private(tmp_path / name)
    for flags in (os.O_WRONLY | os.O_CREAT, os.O_RDWR | os.O_CREAT):
        with pytest.raises(UnsafeFileError, match="not a regular file"):
            open_private(tmp_path / "fifo", flags)


def test_rotated_logs_of_an_earlier_version_are_closed_to_others(tmp_path: Path) -> None:
    for name in ("gavatcore.log", "gavatcore.log.1", "gavatcore.log.3"):
        (tmp_path / name).touch(0o644)
    _log(tmp_path)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    assert "is no text" in (tmp_path / "gavatcore.log").read_text()


def _open(directory: Path) -> Path:
    with ExitStack() as stack:
        return open_data_directory(directory, demo=False, stack=stack)


@pytest.mark.parametrize(("mode", "said"), [(0o777, "could change"), (0o755, "could look into")])
def test_a_data_directory_open_to_others_is_closed_with_a_word(
    tmp_path: Path, mode: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    directory = tmp_path / "data"
    directory.mkdir()
    directory.chmod(mode)
    _open(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [said in message for message in caplog.messages] == [True]
    _open(directory)
    assert len(caplog.messages) == 1


def test_a_place_for_everybody_is_no_data_directory(tmp_path: Path) -> None:
    directory = tmp_path / "shared"
    directory.mkdir()
    directory.chmod(0o1777)
    with pytest.raises(DataDirectoryError, match="Others may write in"):
        _open(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o1777


def test_another_users_directory_is_refused_with_that_users_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    owner = directory.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:  # what belongs to the system is trusted, unless others may write there too
        _open(directory)
        directory.chmod(0o777)
        with pytest.raises(DataDirectoryError, match="Others may write in"):
            _open(directory)
        os.chown(directory, 12_345, -1)
        owner = 12_345
    with pytest.raises(DataDirectoryError, match="belongs to another user"):
        _open(directory)


def test_a_folder_kept_elsewhere_must_be_ours_alone_to_write(tmp_path: Path) -> None:
    directory, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    directory.mkdir(mode=0o700)
    elsewhere.mkdir(mode=0o700)
    (directory / "backups").symlink_to(elsewhere)
    _open(directory)
    elsewhere.chmod(0o777)
    with pytest.raises(DataDirectoryError, match=r"Others may write in .*backups"):
        _open(directory)

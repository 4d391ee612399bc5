"""The auth key in a session file: sealed, wherever the file came from."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession

from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal, SealBrokenError
from engine.telegram.sessions.file import (
    EntityRow,
    SessionData,
    is_ours,
    read_session,
    reseal_session,
    write_session,
)

KEY = bytes(range(256))


@pytest.fixture
def seal() -> Seal:
    return Seal([MasterKey.generate()])


def remains(directory: Path, secret: bytes) -> list[Path]:
    """Files that hold any 16 bytes of `secret` in a row."""
    pieces = [secret[at : at + 16] for at in range(len(secret) - 15)]
    return [
        file
        for file in directory.rglob("*")
        if file.is_file() and any(piece in file.read_bytes() for piece in pieces)
    ]


def telethon_session(path: Path, key: bytes) -> None:
    """A file as Telethon leaves it, with traces of the key in its free pages."""
    session = SQLiteSession(str(path))
    session._conn.execute("pragma secure_delete = off")  # some systems' SQLite has it on
    session.set_dc(2, "127.0.0.1", 443)
    for _ in range(50):
        session.auth_key = AuthKey(key)
        session.save()
    session._conn.execute("create table scratch (content blob)")
    session._conn.executemany("insert into scratch values (?)", [(key * 20,)] * 20)
    session._conn.execute("drop table scratch")
    session.save()
    session.close()


def test_a_new_file_holds_no_piece_of_the_key(tmp_path: Path, seal: Seal) -> None:
    path = tmp_path / "ada.session"
    data = SessionData(2, "127.0.0.1", 443, KEY, entities=[EntityRow(1, 2, "ada", None, "Ada")])
    for now in range(3):
        write_session(path, data, now, seal)
    assert remains(tmp_path, KEY) == []
    found = read_session(path, 10, seal)
    assert (found.auth_key, found.sealed) == (KEY, True)
    assert is_ours(path)


def test_the_plain_key_of_another_program_is_gone_after_the_next_write(
    tmp_path: Path, seal: Seal
) -> None:
    path = tmp_path / "ada.session"
    telethon_session(path, KEY)
    assert remains(tmp_path, KEY) == [path]
    assert not is_ours(path)
    data = read_session(path, 10, seal)
    assert (data.auth_key, data.sealed) == (KEY, False)
    write_session(path, data, 1, seal)
    assert remains(tmp_path, KEY) == []
    assert read_session(path, 10, seal).auth_key == KEY
    assert is_ours(path)


def test_a_plain_key_in_a_file_of_ours_is_gone_after_the_next_write(
    tmp_path: Path, seal: Seal
) -> None:
    path = tmp_path / "ada.session"
    data = SessionData(2, "127.0.0.1", 443, KEY)
    write_session(path, data, 1, seal)
    with closing(sqlite3.connect(path)) as database, database:  # as a salvaged login may lie there
        database.execute("update sessions set auth_key = ?", (KEY,))
    assert remains(tmp_path, KEY) == [path]
    write_session(path, SessionData(2, "127.0.0.1", 443), 2, seal)
    assert remains(tmp_path, KEY) == []


def test_telethon_reads_its_own_schema_in_our_file(tmp_path: Path, seal: Seal) -> None:
    path = tmp_path / "ada.session"
    write_session(path, SessionData(2, "127.0.0.1", 443, KEY), 1, seal)
    session = SQLiteSession(str(path))
    assert (session.dc_id, session.server_address, session.port) == (2, "127.0.0.1", 443)
    assert session.auth_key.key != KEY
    session.close()


def test_a_key_sealed_for_one_account_does_not_open_for_another(tmp_path: Path, seal: Seal) -> None:
    path = tmp_path / "ada.session"
    write_session(path, SessionData(2, "127.0.0.1", 443, KEY), 1, seal)
    path.rename(tmp_path / "eve.session")
    with pytest.raises(SealBrokenError, match="altered or comes from elsewhere"):
        read_session(tmp_path / "eve.session", 10, seal)


def test_resealing_lets_go_of_the_old_master_key(tmp_path: Path) -> None:
    path = tmp_path / "ada.session"
    old, new = MasterKey.generate(), MasterKey.generate()
    write_session(path, SessionData(2, "127.0.0.1", 443, KEY), 1, Seal([old]))
    reseal_session(path, Seal([new, old]))
    assert read_session(path, 10, Seal([new])).auth_key == KEY
    with pytest.raises(SealBrokenError, match="another master key"):
        read_session(path, 10, Seal([old]))


def test_a_session_without_a_login_has_no_key(tmp_path: Path, seal: Seal) -> None:
    path = tmp_path / "ada.session"
    write_session(path, SessionData(2, "127.0.0.1", 443), 1, seal)
    assert read_session(path, 10, seal).auth_key == b""
    assert path.stat().st_mode & 0o077 == 0


_DIES_IN_ITS_FIRST_TRANSACTION = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("pragma cache_size = 1")
database.execute("begin immediate")
for number in range(50):
    database.execute(f"create table t{number} (a, b, c)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("has_begun", [False, True], ids=["nothing written", "a journal left"])
def test_a_file_whose_first_writer_died_is_a_new_one(
    tmp_path: Path, seal: Seal, has_begun: bool
) -> None:
    path = tmp_path / "7000001.session"
    path.touch()
    if has_begun:
        subprocess.run([sys.executable, "-c", _DIES_IN_ITS_FIRST_TRANSACTION, path], check=False)
        assert path.stat().st_size > 0
        assert path.with_name(f"{path.name}-journal").exists()
    reseal_session(path, seal)
    assert read_session(path, 10, seal) == SessionData()
    write_session(path, SessionData(dc=2, auth_key=KEY), 0, seal)
    assert read_session(path, 10, seal).auth_key == KEY

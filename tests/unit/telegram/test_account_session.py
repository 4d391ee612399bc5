"""What an account's session keeps of the people it meets."""

import sqlite3
from contextlib import closing
from pathlib import Path

from telethon.crypto import AuthKey
from telethon.tl import types

from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.telegram.sessions.session import AccountSession


async def test_people_are_kept_without_their_phone_numbers(tmp_path: Path) -> None:
    session = AccountSession(tmp_path / "ada.session", Seal([MasterKey.generate()]))
    session.set_dc(2, "127.0.0.1", 443)
    session.auth_key = AuthKey(bytes(range(256)))
    ada = types.User(7, access_hash=8, username="ada", phone="905550000001", first_name="Ada")
    session.process_entities(types.contacts.ResolvedPeer(types.PeerUser(7), [], [ada]))
    await session.flush(1)
    with closing(sqlite3.connect(session.path)) as database:
        (row,) = database.execute("select id, username, phone from entities").fetchall()
    assert row == (7, "ada", None)
    again = AccountSession(session.path, session._seal)
    again.load()
    assert again.get_entity_rows_by_username("ada") == (7, 8)
    assert again.auth_key.key == bytes(range(256))


async def test_a_flush_that_fails_is_made_good_by_the_next(tmp_path: Path) -> None:
    session = AccountSession(tmp_path / "missing" / "ada.session", Seal([MasterKey.generate()]))
    session.auth_key = AuthKey(bytes(range(256)))
    try:
        await session.flush(1)
    except OSError:
        session.path.parent.mkdir()
    await session.flush(1)
    assert session.path.exists()


async def test_a_file_that_was_removed_is_written_anew_whole(tmp_path: Path) -> None:
    session = AccountSession(tmp_path / "ada.session", Seal([MasterKey.generate()]))
    session.auth_key = AuthKey(bytes(range(256)))
    ada = types.User(7, access_hash=8, username="ada", first_name="Ada")
    session.process_entities(types.contacts.ResolvedPeer(types.PeerUser(7), [], [ada]))
    await session.flush(1)
    session.path.unlink()
    await session.flush(2)
    again = AccountSession(session.path, session._seal)
    again.load()
    assert again.get_entity_rows_by_username("ada") == (7, 8)
    assert again.auth_key.key == bytes(range(256))

"""Session files with a login in them, damaged elsewhere."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.telegram.sessions.check import check_session
from engine.telegram.sessions.file import (
    EntityRow,
    SessionData,
    UpdateState,
    read_session,
    write_session,
)
from engine.telegram.sessions.lock_check import LockOutcome

AT = 1_700_000_000.0


def test_the_login_is_saved_out_of_a_session_whose_people_are_damaged(tmp_path: Path) -> None:
    path, seal = tmp_path / "ada.session", Seal([MasterKey.generate()])
    key = os.urandom(256)
    people = [EntityRow(number, number, None, None, "x" * 200) for number in range(1, 400)]
    states = {0: UpdateState(7, 0, AT, 1)}
    write_session(path, SessionData(2, "127.0.0.1", 443, key, True, people, states), 1, seal)
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute(
            "select rootpage from sqlite_master where name = 'entities'"
        ).fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(os.urandom(4096))

    check = check_session(path, frozenset(), AT)

    assert check.outcome is LockOutcome.RECOVERED
    saved = read_session(path, 1000, seal)
    assert saved.auth_key == key
    assert (saved.dc, saved.server_address, saved.port) == (2, "127.0.0.1", 443)
    assert saved.update_states == states
    assert check_session(path, frozenset(), AT).outcome is LockOutcome.SOUND
    (folder,) = (tmp_path / "set_aside" / "ada").iterdir()
    assert (folder / "ada.session").exists()

"""Sessions whose owners live, died or never cared, in processes of their own."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine.telegram.sessions.aside import set_aside
from engine.telegram.sessions.backup import KEPT
from engine.telegram.sessions.check import AT_START, ON_COMMAND, check_session, check_sessions
from engine.telegram.sessions.file import APPLICATION_ID
from engine.telegram.sessions.lock import SessionLock
from engine.telegram.sessions.lock_check import LockOutcome

AT = 1_700_000_000.0
COMMITTED = 400
NOBODY: frozenset[str] = frozenset()

# Opens the session and does what the second argument says; then waits to be killed.
_OWNER = """
import sqlite3, sys
path, act, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
db = sqlite3.connect(path, isolation_level=None)
if act == "wal":
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("INSERT INTO entities VALUES (-1, 'from the log')")
elif act == "idle":
    db.execute("SELECT count(*) FROM entities").fetchone()
else:
    db.execute("PRAGMA cache_size=2")
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE entities SET name = 'half ' || hex(randomblob(60)) WHERE id < ?", (rows,))
    db.executemany("INSERT INTO entities VALUES (?, hex(randomblob(60)))",
                   ((i,) for i in range(1000, 1000 + rows)))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session of ours at rest, with Telethon's journal mode."""
    path = tmp_path / "sessions" / "ada.session"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE entities (id INTEGER PRIMARY KEY, name TEXT)")
        rows = ((number, f"name {number} " + "x" * 80) for number in range(COMMITTED))
        database.executemany("INSERT INTO entities VALUES (?, ?)", rows)
        database.commit()
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return path


@pytest.fixture
def foreign(session: Path) -> Path:
    """The same, of another program that knows nothing of our locks."""
    with closing(sqlite3.connect(session)) as database:
        database.execute("PRAGMA application_id = 0")
    return session


@contextmanager
def owner(session: Path, act: str, rows: int = 300) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _OWNER, str(session), act, str(rows)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            process.kill()


def killed(session: Path, act: str, rows: int = 300) -> None:
    with owner(session, act, rows):
        pass


def log(session: Path, suffix: str) -> Path:
    return session.with_name(session.name + suffix)


def rows(session: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(session)) as database:
        return database.execute("SELECT id, name FROM entities ORDER BY id").fetchall()


def fingerprints(session: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in session.parent.glob("ada.session*")
        if not file.name.endswith(".lock")
    }


@pytest.mark.parametrize("changed", range(200, 400, 10))
def test_what_was_half_done_at_the_kill_is_rolled_back(session: Path, changed: int) -> None:
    before, at_rest = rows(session), fingerprints(session)
    killed(session, "write", changed)
    torn = fingerprints(session)
    assert torn["ada.session"] != at_rest["ada.session"]  # half of it had reached the file
    assert "ada.session-journal" in torn

    check = check_session(session, NOBODY, AT)

    assert check.outcome is LockOutcome.RECOVERED
    assert rows(session) == before
    assert not log(session, "-journal").exists()
    (backup,) = (session.parent / "backup" / "ada").iterdir()
    assert fingerprints(backup / "ada.session") == torn
    assert check.detail is not None
    assert str(backup) in check.detail
    assert check_session(session, NOBODY, AT).outcome is LockOutcome.SOUND


def test_what_a_dead_owner_had_committed_to_its_log_is_kept(session: Path) -> None:
    killed(session, "wal")
    assert log(session, "-wal").stat().st_size > 0

    assert check_session(session, NOBODY, AT).outcome is LockOutcome.RECOVERED

    assert (-1, "from the log") in rows(session)
    assert not log(session, "-wal").exists()
    with closing(sqlite3.connect(session)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_session_at_rest_in_wal_mode_is_moved_to_delete_mode(session: Path) -> None:
    with closing(sqlite3.connect(session)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    assert check_session(session, NOBODY, AT).outcome is LockOutcome.SOUND
    with closing(sqlite3.connect(session)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_session_at_rest_is_sound_and_unchanged(session: Path) -> None:
    before = fingerprints(session)
    assert check_session(session, NOBODY, AT).outcome is LockOutcome.SOUND
    assert fingerprints(session) == before
    assert not (session.parent / "backup").exists()


def test_a_session_locked_by_another_of_our_programs_is_not_touched(session: Path) -> None:
    killed(session, "write")
    before = fingerprints(session)
    code = (
        "import sys; from pathlib import Path\n"
        "from engine.telegram.sessions.lock import SessionLock\n"
        "SessionLock(Path(sys.argv[1])).acquire(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(session)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        check = check_session(session, NOBODY, AT)
        holder.communicate()
    assert check.outcome is LockOutcome.HELD
    assert check.detail is not None
    assert f"(process {holder.pid})" in check.detail
    assert fingerprints(session) == before


@pytest.mark.parametrize("act", ["idle", "write", "wal"])
def test_a_session_another_program_has_open_is_not_touched(session: Path, act: str) -> None:
    with owner(session, act) as holder:
        before = fingerprints(session)
        check = check_session(session, NOBODY, AT)
        assert fingerprints(session) == before
    assert check.outcome is LockOutcome.HELD
    assert check.detail is not None
    assert check.detail.startswith("python")
    assert check.detail.endswith(f"(process {holder.pid})")
    assert not (session.parent / "backup").exists()


def test_a_writer_that_cannot_be_seen_is_noticed_by_its_lock(session: Path) -> None:
    with owner(session, "write"):
        before = fingerprints(session)
        check = check_session(session, NOBODY, AT, holders={})
        assert fingerprints(session) == before
    assert check.outcome is LockOutcome.HELD
    assert not list((session.parent / "backup").rglob("*.session"))


def test_our_own_running_session_is_left_alone(session: Path) -> None:
    with closing(sqlite3.connect(session, isolation_level=None)) as client:
        client.execute("BEGIN IMMEDIATE")
        client.execute("DELETE FROM entities")
        assert check_session(session, frozenset({"ada"}), AT).outcome is LockOutcome.OWN
        with SessionLock(session):  # it started after the names were taken down
            assert check_session(session, NOBODY, AT).outcome is LockOutcome.OWN
        assert another_process_finds_it_locked(session)
        client.execute("ROLLBACK")


def another_process_finds_it_locked(session: Path) -> bool:
    code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(session)], capture_output=True, check=False
    )
    return b"database is locked" in finished.stderr


@pytest.mark.parametrize("rest", [AT_START, ON_COMMAND])
def test_the_journal_of_an_unseen_program_is_touched_only_when_it_has_rested(
    foreign: Path, rest: float
) -> None:
    before = rows(foreign)
    killed(foreign, "write")
    torn = fingerprints(foreign)
    written = log(foreign, "-journal").stat().st_mtime

    check = check_session(foreign, NOBODY, written + rest - 1, holders={}, rest=rest)
    assert check.outcome is LockOutcome.HELD
    assert fingerprints(foreign) == torn
    assert not (foreign.parent / "backup").exists()

    check = check_session(foreign, NOBODY, written + rest, holders={}, rest=rest)
    assert check.outcome is LockOutcome.RECOVERED
    assert rows(foreign) == before


@pytest.mark.parametrize("damage", ["header", "pages"])
def test_a_session_beyond_repair_is_set_aside_whole(session: Path, damage: str) -> None:
    content = bytearray(session.read_bytes())
    where = 0 if damage == "header" else 4096 + 8
    content[where : where + 3000] = os.urandom(3000)
    session.write_bytes(content)

    check = check_session(session, NOBODY, AT)

    assert check.outcome is LockOutcome.SET_ASIDE
    (folder,) = (session.parent / "set_aside" / "ada").iterdir()
    assert check.detail is not None
    assert str(folder) in check.detail
    assert (folder / session.name).read_bytes() == content
    assert not list(session.parent.glob("ada.session-*"))
    assert not session.exists()


def test_the_logs_of_a_session_are_set_aside_with_it(session: Path) -> None:
    killed(session, "wal")
    before = fingerprints(session)
    folder = set_aside(session, AT)
    assert fingerprints(folder / session.name) == before
    assert len(before) == 3
    assert fingerprints(session) == {}


def test_one_session_that_cannot_be_checked_harms_no_other(session: Path) -> None:
    (session.parent / "broken.session").mkdir()
    shutil.copy(session, session.parent / "carl.session")
    found = {check.session: check.outcome for check in check_sessions(session.parent, NOBODY, AT)}
    assert found == {
        "ada": LockOutcome.SOUND,
        "broken": LockOutcome.FAILED,
        "carl": LockOutcome.SOUND,
    }


def test_a_folder_that_is_not_there_has_no_sessions(tmp_path: Path) -> None:
    assert check_sessions(tmp_path / "none", NOBODY, AT) == ()


def test_only_the_newest_backups_are_kept(session: Path) -> None:
    for number in range(KEPT + 2):
        with closing(sqlite3.connect(session)) as database:
            database.execute("PRAGMA journal_mode=WAL")
        check_session(session, NOBODY, AT + number)
    backups = sorted(folder.name for folder in (session.parent / "backup" / "ada").iterdir())
    assert len(backups) == KEPT
    assert backups[-1] > backups[0] > "20231114T221322"  # AT and the second after it went


def test_a_check_leaves_the_session_free(session: Path) -> None:
    check_session(session, NOBODY, AT)
    with SessionLock(session) as lock:
        assert lock.held

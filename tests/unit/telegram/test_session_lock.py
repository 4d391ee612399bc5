"""The lock that a running client holds on its session."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engine.errors import SessionInUseError
from engine.telegram.sessions.lock import SessionHeldError, SessionLock, lock_path

_HOLD = """
import sys
from pathlib import Path
from engine.telegram.sessions.lock import SessionLock
SessionLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return tmp_path / "ada.session"


def test_a_second_lock_is_refused_naming_who_holds_it(session: Path) -> None:
    holder = f"(process {os.getpid()})"
    with SessionLock(session), pytest.raises(SessionInUseError) as refused:
        SessionLock(session).acquire()
    assert holder in str(refused.value)
    assert "ada" in str(refused.value)


def test_a_released_lock_is_free(session: Path) -> None:
    first = SessionLock(session)
    first.acquire()
    first.release()
    first.release()
    with SessionLock(session) as second:
        assert second.held
        assert not first.held


def test_taking_a_lock_one_has_changes_nothing(session: Path) -> None:
    with SessionLock(session) as lock:
        lock.acquire()
        with pytest.raises(SessionHeldError):
            SessionLock(session).acquire()
    with SessionLock(session):
        pass


def test_the_session_file_is_neither_made_nor_touched(session: Path) -> None:
    with SessionLock(session):
        assert not session.exists()


def test_sessions_do_not_hold_up_each_other(session: Path) -> None:
    with SessionLock(session), SessionLock(session.with_name("bob.session")) as other:
        assert other.held


def test_a_program_started_meanwhile_does_not_keep_the_lock(session: Path) -> None:
    lock = SessionLock(session)
    lock.acquire()
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        close_fds=False,
    ) as bystander:
        lock.release()
        with SessionLock(session) as next_lock:
            assert next_lock.held
        assert bystander.poll() is None
        bystander.communicate()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_does_not_keep_the_lock_of_its_dead_parent(session: Path) -> None:
    # The parent forks a child that waits on standard input, then dies by SIGKILL.
    script = _HOLD.replace(
        'print("held", flush=True)\nsys.stdin.read()',
        "import os, signal\n"
        "if os.fork() == 0:\n"
        "    print(os.getpid(), flush=True)\n"
        "    sys.stdin.read()\n"
        "    os._exit(0)\n"
        "signal.pause()",
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(session)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    with pytest.raises(SessionHeldError):
        SessionLock(session).acquire()
    parent.kill()
    parent.wait()
    assert psutil.pid_exists(child)
    with SessionLock(session) as lock:
        assert lock.held
    parent.communicate()


def test_the_system_frees_the_lock_of_a_killed_process(session: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(session)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(SessionHeldError, match=f"process {holder.pid}"):
            SessionLock(session).acquire()
        holder.kill()
        holder.wait()
        with SessionLock(session) as lock:
            assert lock.held


def test_a_holder_that_left_no_name_is_still_refused(session: Path) -> None:
    with SessionLock(session):
        lock_path(session).write_bytes(b"\xff" * 4096)
        with pytest.raises(SessionHeldError) as refused:
            SessionLock(session).acquire()
    assert refused.value.holder.pid is None


def test_a_missing_folder_is_an_error_and_holds_nothing(tmp_path: Path) -> None:
    lock = SessionLock(tmp_path / "nowhere" / "ada.session")
    with pytest.raises(OSError, match="nowhere"):
        lock.acquire()
    assert not lock.held

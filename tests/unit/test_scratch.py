"""Scratch folders lie in the data directory, and none outlives the process that made it."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.files.data_lock import hold_data_directory
from engine.files.locked_file import replace_file
from engine.files.scratch import FOLDER, scratch, sweep
from engine.storage.backups.contents import BackupError, scratch_folder

_OLD = 7_200  # s

_KILLED = """
import os, signal, sys
from pathlib import Path
from engine.files.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "copy.db").write_text("everybody's messages")
    print(flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary directory."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def _files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*") if path.suffix != ".lock")


def _age(path: Path) -> None:
    then = path.stat().st_mtime - _OLD
    os.utime(path, (then, then))


def test_a_folder_is_for_this_user_alone_and_goes_with_its_work(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        assert folder.is_relative_to(tmp_path)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        (folder / "copy.db").write_text("much")
    assert _files(tmp_path) == [FOLDER]
    with pytest.raises(ZeroDivisionError), scratch(tmp_path):
        1 / 0  # noqa: B018 - the error is the point
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["any.lock"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_running_ones_folder_is_never_swept_and_a_killed_ones_is(
    tmp_path: Path, temporary: Path
) -> None:
    del temporary
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert sweep(tmp_path) == 0
        assert "copy.db" in _files(tmp_path)
        process.send_signal(signal.SIGKILL)
    with scratch(tmp_path) as own:
        assert sweep(tmp_path) == 1
        assert own.is_dir()
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["any.lock"]


def test_what_older_versions_and_unfinished_writes_left_is_swept_once_it_is_old(
    tmp_path: Path, temporary: Path
) -> None:
    data = tmp_path / "data"
    (data / "backups" / "making-1234").mkdir(parents=True)
    (data / ".accounts.json.1234.new").write_text("{}")
    (data / "accounts.json.original").write_text("{}")
    for name in ("gavatcore-restore-1", "gavatcore-check-1", "gavatcore-demo-1", "others"):
        (temporary / name).mkdir()
        (temporary / name / "restored.db").write_text("everybody's messages")
    (temporary / "gavatcore-demo-2").mkdir()
    running = hold_data_directory(temporary / "gavatcore-demo-2")
    assert sweep(data) == 0
    for path in (*data.rglob("*"), *temporary.iterdir()):
        _age(path)
    assert sweep(data) == 5
    running.release()
    assert _files(data) == ["accounts.json.original", "backups"]
    assert sorted(path.name for path in temporary.iterdir()) == ["gavatcore-demo-2", "others"]


def test_a_small_file_in_the_making_has_a_name_that_is_swept(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del temporary
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setattr(Path, "replace", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    child = os.fork()
    if not child:
        replace_file(data / "master.key", b"a secret")
    os.waitpid(child, 0)
    (left,) = data.iterdir()
    _age(left)
    assert sweep(data) == 1
    assert list(data.iterdir()) == []


def test_what_another_user_planted_is_not_touched(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    for name in ("gavatcore-demo-1", "gavatcore-restore-1"):
        planted = temporary / name
        planted.mkdir()
        (planted / "engine.lock").symlink_to(mine)
        _age(planted)
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert sweep(tmp_path / "data") == 0
    assert mine.read_text() == "precious"


def test_what_lies_in_the_place_of_scratch_folders_is_named_as_why_no_backup_is_made(
    tmp_path: Path,
) -> None:
    (tmp_path / FOLDER).write_text("")
    with pytest.raises(BackupError, match="scratch is no folder"), scratch_folder(tmp_path):
        pass

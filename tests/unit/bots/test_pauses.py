"""Which accounts rest: kept in a file that several processes may change."""

from pathlib import Path

import pytest

from engine.accounts.paused import FILE_NAME, PausedAccounts
from engine.files.small_files import SmallFileError


def test_a_pause_is_kept_and_every_change_is_seen(tmp_path: Path) -> None:
    mine, theirs = PausedAccounts(tmp_path), PausedAccounts(tmp_path)
    assert theirs.names() == frozenset()
    seen = {theirs.stamp()}
    mine.pause("anna")
    seen.add(theirs.stamp())
    mine.pause("4711")
    assert theirs.names() == {"anna", "4711"}
    mine.resume("anna")
    mine.resume("nobody")
    seen.add(theirs.stamp())
    assert theirs.names() == {"4711"}
    assert len(seen) == 3


def test_changes_are_seen_where_the_system_tells_the_time_coarsely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = PausedAccounts(tmp_path)
    monkeypatch.setattr("time.time_ns", lambda: 1_800_000_000_000_000_000)
    seen = {paused.stamp()}
    for name in ("anna", "bora", "cem"):
        paused.pause(name)
        seen.add(paused.stamp())
        paused.touch()
        seen.add(paused.stamp())
    assert len(seen) == 7


def test_a_damaged_file_is_told_and_not_taken_for_nobody_paused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[1,")
    with pytest.raises(SmallFileError, match=FILE_NAME):
        PausedAccounts(tmp_path).names()

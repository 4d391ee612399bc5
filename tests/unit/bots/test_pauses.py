"""Which accounts rest: kept in a file that several processes may change."""

from pathlib import Path

import pytest

from engine.accounts.paused import FILE_NAME, PausedAccounts
from engine.files.small_files import SmallFileError


def test_a_pause_is_kept_and_every_process_sees_it(tmp_path: Path) -> None:
    mine, theirs = PausedAccounts(tmp_path), PausedAccounts(tmp_path)
    assert theirs.names() == frozenset()
    mine.pause("anna")
    mine.pause("4711")
    assert theirs.names() == {"anna", "4711"}
    mine.resume("anna")
    mine.resume("nobody")
    assert theirs.names() == {"4711"}


def test_a_damaged_file_is_told_and_not_taken_for_nobody_paused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[1,")
    with pytest.raises(SmallFileError, match=FILE_NAME):
        PausedAccounts(tmp_path).names()

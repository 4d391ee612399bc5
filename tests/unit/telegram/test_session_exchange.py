"""What is no plain session is refused by what is wrong with it."""

from pathlib import Path

import pytest

from engine.telegram.sessions.exchange import SessionExchangeError, read_plain


def test_a_folder_in_place_of_a_session_is_not_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(SessionExchangeError, match="is not a regular file"):
        read_plain(tmp_path)
    with pytest.raises(SessionExchangeError, match="There is no file"):
        read_plain(tmp_path / "gone.session")

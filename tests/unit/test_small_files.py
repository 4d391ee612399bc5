"""Small files: whatever lies there, the reader returns a value or one sentence."""

import os
from pathlib import Path

import pytest

from engine.small_files import SmallFileError, read_bytes, read_json, read_text, read_toml


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b'\xef\xbb\xbfname = "Ada"\n')
    assert read_text(file) == 'name = "Ada"\n'
    assert read_toml(file)[0] == {"name": "Ada"}
    file.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json(file, list[int]) == [1]


def test_what_is_absent_is_told_apart_from_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "absent")
    with pytest.raises(SmallFileError, match="not a regular file"):
        read_bytes(tmp_path)


def test_a_fifo_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(SmallFileError, match="not a regular file"):
        read_text(tmp_path / "fifo")


def test_a_file_over_the_bound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 101)
    with pytest.raises(SmallFileError, match="larger than 100 bytes"):
        read_bytes(tmp_path / "large", 100)


def test_bytes_that_are_not_text_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "env").write_bytes(b"A=1\nB=\xff\n")
    with pytest.raises(SmallFileError, match="line 2"):
        read_text(tmp_path / "env")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a": "b"}', b"\xff", b"", b"nonsense"])
def test_json_of_another_shape_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(SmallFileError, match="damaged"):
        read_json(tmp_path / "a.json", list[int])


@pytest.mark.parametrize("content", ["a = " + "[" * 50_000, "a = 1\na = 2", "[", "a = 9e"])
def test_toml_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.toml").write_text(content)
    with pytest.raises(SmallFileError, match=r"a\.toml"):
        read_toml(tmp_path / "a.toml")

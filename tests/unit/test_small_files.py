"""Small files: whatever lies there, the reader returns a value or one sentence."""

import os
from pathlib import Path

import pytest

from engine.files.small_files import SmallFileError, read_bytes, read_text
from engine.files.typed_files import read_json, read_toml


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


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{"a": 1,\n"b" 2}', "line 2"),
        ('{"a": 1,\n', "line 2"),
        ('{"a": "x"}', "a"),
        ('{"a": 1, "b": 2, "a": 3}', "a is there twice"),
        (f'{{"a": {"9" * 5_000}}}', ""),
    ],
)
def test_damage_to_a_file_of_ours_is_told_with_its_place(
    tmp_path: Path, content: str, place: str
) -> None:
    file = tmp_path / "a.json"
    file.write_text(content)
    with pytest.raises(SmallFileError) as error:
        read_json(file, dict[str, int])
    assert f"{file} is damaged (" in str(error.value)
    assert place in str(error.value)


def test_a_link_is_followed_but_one_that_leads_nowhere_is_no_absent_file(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("x = 1")
    (tmp_path / "a").symlink_to(tmp_path / "kept")
    assert read_toml(tmp_path / "a")[0] == {"x": 1}
    (tmp_path / "kept").unlink()
    with pytest.raises(SmallFileError, match=r"is a link to .*kept, which is not there"):
        read_bytes(tmp_path / "a")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(SmallFileError, match="cannot be read"):
        read_bytes(tmp_path / "round")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "file/below"])
def test_a_name_that_no_file_has_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SmallFileError, match="cannot be read"):
        read_bytes(tmp_path / name)


def test_a_key_of_very_many_parts_does_not_take_the_memory(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a" + ".a" * 100_000 + " = 1")
    with pytest.raises(SmallFileError, match="nested too deeply"):
        read_toml(tmp_path / "a.toml")

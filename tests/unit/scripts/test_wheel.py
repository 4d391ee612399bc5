"""The wheel holds what the program reads at run time, also what git does not keep."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from script.catalogue import FILES
from script.compile_catalogue import compiled, read

_ROOT = Path(__file__).parents[3]
_COMPILED = "resources/translations/tr/LC_MESSAGES/gavatcore.mo"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel of a fresh clone, which has no compiled file."""
    clone = tmp_path_factory.mktemp("clone")
    for name in ("engine", "desktop", "resources", "script"):
        unkept = shutil.ignore_patterns("*.mo", "__pycache__")
        shutil.copytree(_ROOT / name, clone / name, ignore=unkept)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(_ROOT / name, clone / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "built"],
        cwd=clone,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (file,) = (clone / "built").iterdir()
    return zipfile.ZipFile(file)


def test_the_turkish_texts_are_compiled_into_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert wheel.read(_COMPILED) == compiled(read(FILES["tr"]))


def test_each_file_that_the_program_reads_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    for file in (_ROOT / "resources").rglob("*"):
        name = file.relative_to(_ROOT).as_posix()
        read_at_run_time = file.is_file() and file.suffix not in {".po", ".pyc", ".tmp"}
        assert name in held or not read_at_run_time, name

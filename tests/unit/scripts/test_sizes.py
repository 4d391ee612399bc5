"""Files and folders of the program stay small enough to be known by heart."""

from collections import Counter
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_MOST_LINES = 300
_MOST_FILES = 20  # without __init__.py


def _modules() -> list[Path]:
    return [file for top in ("engine", "desktop") for file in (_ROOT / top).rglob("*.py")]


def test_no_file_has_more_than_300_lines() -> None:
    lines = {
        str(file.relative_to(_ROOT)): len(file.read_bytes().splitlines()) for file in _modules()
    }
    assert {name: count for name, count in lines.items() if count > _MOST_LINES} == {}


def test_no_folder_holds_more_than_20_modules() -> None:
    counts = Counter(file.parent for file in _modules() if file.name != "__init__.py")
    assert {str(at.relative_to(_ROOT)): n for at, n in counts.items() if n > _MOST_FILES} == {}

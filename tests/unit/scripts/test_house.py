"""The drawing of the house says what the imports say: floors, folders, circles, upward imports."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

_ROOT = Path(__file__).parents[3]
_SVG = "{http://www.w3.org/2000/svg}"
_LAYERS = """
[[tool.importlinter.contracts]]
type = "layers"
layers = ["desktop", "engine.bots", "engine.storage", "engine.errors | engine.clock"]
"""


@dataclass(frozen=True)
class Drawn:
    """What was printed of a house, and its drawing."""

    said: list[str]
    drawing: ET.Element

    def boxes(self, style: str) -> int:
        """Count the boxes of a style, without the one that explains it."""
        return sum(box.get("class") == style for box in self.drawing.iter(f"{_SVG}rect")) - 1

    def texts(self) -> set[str]:
        return {text.text or "" for text in self.drawing.iter(f"{_SVG}text")}


def _house(root: Path, modules: dict[str, str]) -> Drawn:
    """Draw a house of these modules, each given by its path and its only line."""
    grounds = {"desktop/app.py": "", "engine/errors.py": "", "engine/clock.py": ""}
    for name, line in (grounds | modules).items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for folder in (file.parent, *file.parent.parents):
            if folder == root:
                break
            (folder / "__init__.py").touch()
        file.write_text(f"{line}\n")
    (root / "pyproject.toml").write_text(_LAYERS)
    drawing = root / "house.svg"
    done = subprocess.run(
        [sys.executable, "-m", "script.house_page", "--of", str(root), "--drawing", str(drawing)],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Drawn(done.stdout.splitlines(), ET.parse(drawing).getroot())


def test_rooms_stand_on_their_floors_and_the_ground_is_one(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        {
            "engine/bots/messages/sent.py": "import engine.storage.rows",
            "engine/storage/rows.py": "import engine.errors",
        },
    )
    assert {"bots", "storage", "ground", "desktop", "messages 1"} <= house.texts()
    assert (house.boxes("cell"), house.boxes("up"), house.boxes("floor") + 1) == (2, 0, 4)
    assert "of these upwards: 0" in house.said


def test_an_import_upwards_is_counted_and_marked(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        {"engine/bots/bot.py": "", "engine/storage/rows.py": "import engine.bots.bot"},
    )
    assert "of these upwards: 1" in house.said
    assert house.boxes("up") == 1


def test_two_folders_that_import_each_other_are_named(tmp_path: Path) -> None:
    house = _house(
        tmp_path,
        {
            "engine/bots/messages/sent.py": "import engine.bots.limits.pace",
            "engine/bots/limits/pace.py": "",
            "engine/bots/limits/held.py": "import engine.bots.messages.sent",
        },
    )
    (circle,) = [line for line in house.said if line.startswith("- `engine.bots`")]
    assert "imports" in circle
    assert "imports that close a circle within a room: 1" in house.said


@pytest.mark.parametrize(("files", "named"), [(20, []), (21, ["- `engine/bots/`: 21 files"])])
def test_a_folder_of_more_than_twenty_files_is_named(
    files: int, named: list[str], tmp_path: Path
) -> None:
    house = _house(tmp_path, {f"engine/bots/bot_{at}.py": "" for at in range(files)})
    assert [line for line in house.said if line.endswith("files") and line[0] == "-"] == named

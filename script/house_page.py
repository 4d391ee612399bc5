"""Writes docs/house.svg and docs/house.md, and prints large folders, circles and upward imports."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from script.house_drawing import drawing, short
from script.house_imports import MOST_FILES, House, read_house

ROOT = Path(__file__).parent.parent
PAGE, DRAWING = ROOT / "docs" / "house.md", ROOT / "docs" / "house.svg"

# Of commit 169447f, before the large folders became rooms, by `script/house --of`.
_BEFORE = {
    "files": "543",
    "folders": "28",
    "files in a folder, median and most": "12 and 61",
    f"folders of more than {MOST_FILES} files": "11",
    "imports between modules": "2,240",
    "pairs of rooms where one imports from the other": "165",
    "of these upwards": "0",
    "imports that close a circle within a room": "3",
}

_TOP = """\
# The house

`script/house` makes this page and its drawing from the imports; `script/check` holds that they are
up to date. `lint-imports` holds the rules, which are contracts in `pyproject.toml`.

![Rooms by floor, and who imports from whom](house.svg)

Imports run only downwards: one that does not would be red, left of the diagonal. There is also a
[drawing of the house before](house-before.svg) the large folders became rooms.

| | before | now |
|---|---|---|
"""

_CIRCLES = """
## Circles

No room imports from a higher one, and within a room no folder and no file imports its neighbour in
a circle: an import contract forbids it. Without the imports named here there would be none:

"""


def figures(house: House) -> dict[str, str]:
    """Return what is compared before and after, by name."""
    files = house.folders.values()
    circles = sum(map(len, house.circles.values()))
    return {
        "files": str(sum(files)),
        "folders": str(len(files)),
        "files in a folder, median and most": f"{median(files):g} and {max(files)}",
        f"folders of more than {MOST_FILES} files": str(len(house.large_folders)),
        "imports between modules": f"{house.module_imports:,}",
        "pairs of rooms where one imports from the other": str(len(house.imports)),
        "of these upwards": str(len(house.upward())),
        "imports that close a circle within a room": str(circles),
    }


def page(house: House) -> str:
    """Return docs/house.md."""
    compared = (f"| {name} | {_BEFORE[name]} | {now} |" for name, now in figures(house).items())
    parts = (
        _TOP.rstrip("\n"),
        *compared,
        "\n## Rooms\n\n| room | files | folders | imports from |\n|---|---|---|---|",
        *_rooms(house),
        f"\n## Folders of more than {MOST_FILES} files\n",
        *(_large(house) or ["None."]),
        _CIRCLES.rstrip("\n"),
        "",
        *(_circles(house) or ["None."]),
        "",
    )
    return "\n".join(parts)


def _rooms(house: House) -> Iterator[str]:
    for room in house.rooms:
        below = [
            f"{short(imported)} {count}"
            for (importer, imported), count in house.imports.items()
            if importer == room.name
        ]
        parts = ", ".join(f"{name} {files}" for name, files in room.parts)
        yield f"| {short(room.name)} | {room.files} | {parts} | {', '.join(below)} |"


def _large(house: House) -> list[str]:
    return [f"- `{folder}/`: {files} files" for folder, files in house.large_folders.items()]


def _circles(house: House) -> list[str]:
    return [
        f"- `{package}`: `{_within(package, importer)}` imports `{_within(package, imported)}`"
        for package, imports in house.circles.items()
        for importer, imported in imports
    ]


def _within(package: str, module: str) -> str:
    return module.removeprefix(f"{package}.")


def _written(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def main() -> int:
    """Write the pages, or check them; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/house", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--of", type=Path, help="another checkout, whose figures are printed")
    parser.add_argument("--drawing", type=Path, help="where the drawing of that checkout goes")
    options = parser.parse_args()
    house = read_house((options.of or ROOT).resolve())
    made = {PAGE: page(house), DRAWING: drawing(house)}
    if options.of:
        made = {options.drawing: made[DRAWING]} if options.drawing else {}
    if options.check:
        stale = [file.name for file in made if _written(file) != made[file]]
        sys.stderr.writelines(f"{name} is out of date: run script/house.\n" for name in stale)
        return 1 if stale else 0
    lines = [f"{name}: {value}" for name, value in figures(house).items()]
    sys.stdout.writelines(f"{line}\n" for line in [*lines, *_large(house), *_circles(house)])
    for file, text in made.items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

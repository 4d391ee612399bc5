"""Reads the house from its imports: rooms by floor, who imports from whom, folders and circles.

The floors are the layers that pyproject.toml gives import-linter. A room is a package or a module
on one of them; the modules of the ground floor count as one room. What stands on no floor, e.g. the
simulator, comes above the highest that it imports.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp

PACKAGES = ("engine", "desktop")
GROUND = "ground"
MOST_FILES = 20  # a folder


@dataclass(frozen=True, slots=True)
class Room:
    """A package or module on a floor, its number of files, and that of each folder in it."""

    name: str
    files: int
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """All that the drawing and the page say.

    `rooms` run from the top floor down. `imports` counts the imports from one room to another,
    `folders` the files of each folder. `circles` names, by package, the imports without which its
    parts would not import each other in a circle.
    """

    rooms: tuple[Room, ...]
    imports: dict[tuple[str, str], int]
    folders: dict[str, int]
    circles: dict[str, tuple[tuple[str, str], ...]]
    module_imports: int

    @property
    def large_folders(self) -> dict[str, int]:
        """The folders of more than 20 files, largest first."""
        large = {folder: files for folder, files in self.folders.items() if files > MOST_FILES}
        return dict(sorted(large.items(), key=lambda item: -item[1]))

    def upward(self) -> list[tuple[str, str]]:
        """Return the pairs of rooms where a lower one imports from a higher one."""
        floor = {room.name: place for place, room in enumerate(self.rooms)}
        return sorted(pair for pair in self.imports if floor[pair[0]] > floor[pair[1]])


def read_house(root: Path) -> House:
    """Return the house in the checkout at `root`; one call a process, since grimp imports names."""
    sys.path.insert(0, str(root))
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    modules = {module for module in graph.modules if not graph.find_children(module)}
    floors = _floors(root)
    room_of = {module: _room_of(module, floors) for module in graph.modules}
    imports: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if room_of[module] != room_of[imported]:
                imports[room_of[module], room_of[imported]] += 1
    inhabited = {room_of[module] for module in modules}
    names = [name for name in dict.fromkeys(floors.values()) if name in inhabited]
    for beside in sorted(inhabited - set(names)):
        below = {imported for importer, imported in imports if importer == beside}
        place = next((at for at, name in enumerate(names) if name in below), len(names))
        names.insert(place, beside)
    return House(
        rooms=tuple(
            _room(name, [module for module in modules if room_of[module] == name]) for name in names
        ),
        imports=dict(sorted(imports.items())),
        folders=_folders(root),
        circles=dict(_circles(graph)),
        module_imports=graph.count_imports(),
    )


def _floors(root: Path) -> dict[str, str]:
    """Return the room of each name in the layers, from the top floor down."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if PACKAGES[1] in one.get("layers", ()))
    *upper, lowest = [[name.strip() for name in layer.split("|")] for layer in layers]
    return {name: name for layer in upper for name in layer} | dict.fromkeys(lowest, GROUND)


def _room_of(module: str, floors: dict[str, str]) -> str:
    for name, room in floors.items():
        if module == name or module.startswith(f"{name}."):
            return room
    return ".".join(module.split(".")[:2])


def _room(name: str, modules: list[str]) -> Room:
    inside = len(name.split("."))
    parts = Counter(
        module.split(".")[inside] for module in modules if len(module.split(".")) > inside + 1
    )
    return Room(name, len(modules), tuple(sorted(parts.items())) if name != GROUND else ())


def _folders(root: Path) -> dict[str, int]:
    files = Counter(
        file.parent.relative_to(root).as_posix()
        for package in PACKAGES
        for file in (root / package).rglob("*.py")
        if file.name != "__init__.py"
    )
    return dict(sorted(files.items()))


def _circles(graph: grimp.ImportGraph) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for package in sorted(graph.modules):
        if graph.find_children(package) and (found := graph.nominate_cycle_breakers(package)):
            yield package, tuple(sorted(found))

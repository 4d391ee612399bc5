"""Replaces Telethon's generated modules by late classes when they are imported."""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

from engine.telegram.schema.class_texts import ClassTexts
from engine.telegram.schema.constructors import Constructors, layer
from engine.telegram.schema.late_classes import LateClasses

_TABLE = "telethon.tl.alltlobjects"
_ROOMS = ("telethon.tl.types", "telethon.tl.functions")
_SHORT = {"telethon.types": _ROOMS[0], "telethon.functions": _ROOMS[1]}


class _SchemaFinder(MetaPathFinder):
    """Finds only the generated modules, and only if their text is readable."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _TABLE and name not in _SHORT and not _is_room(name):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader) and spec.origin:
            spec.loader = _SchemaLoader(spec.loader.get_data(spec.origin))
        return spec


class _SchemaLoader(Loader):
    def __init__(self, source: bytes) -> None:
        self._source = source

    def exec_module(self, module: ModuleType) -> None:
        """Fill `module` as its own text would, except for the classes."""
        source, self._source = self._source, b""
        name = module.__name__
        if name in _SHORT:
            __import__(_SHORT[name])
            room = sys.modules[_SHORT[name]]
            module.__dict__["__getattr__"] = lambda wanted: getattr(room, wanted)
        elif name == _TABLE:
            from telethon.tl import functions, types  # noqa: PLC0415 - Telethon is importing itself

            constructors = Constructors(source, module)
            module.__dict__.update(
                types=types, functions=functions, LAYER=layer(source), tlobjects=constructors
            )
        else:
            LateClasses(module, ClassTexts(source))


def _is_room(name: str) -> bool:
    return name.startswith(_ROOMS) and name.count(".") <= 3


def install() -> None:
    """Install the finder; no effect on modules that are already imported."""
    if not any(isinstance(finder, _SchemaFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _SchemaFinder())

"""Provides the parts of pyqtgraph that charts use: a view, a view box and a path.

A full import runs 180 modules of pyqtgraph and copies every name of Qt, so that PySide creates a
Python type for each: 0.18 s and 20 MB. Here the package is entered without its `__init__`, of which
we use only the options, and a name of Qt is looked up when it is used.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

OPTIONS: dict[str, Any] = {  # pyqtgraph's own, which its modules ask for
    "useOpenGL": False,
    "leftButtonPan": True,
    "foreground": "d",
    "background": "k",
    "antialias": False,
    "editorCommand": None,
    "exitCleanup": True,
    "enableExperimental": False,
    "crashWarning": False,
    "mouseRateLimit": 100,
    "imageAxisOrder": "col-major",
    "useCupy": False,
    "useNumba": False,
    "segmentedLineMode": "auto",
}
_QT = {"QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets}
_UNUSED = ("PySide6.QtOpenGLWidgets", "PySide6.QtTest")  # imported only if possible


def _enter_package() -> None:
    """Enter pyqtgraph's package in the modules, with the few names that its parts use."""
    spec = importlib.util.find_spec("pyqtgraph")
    if spec is None:
        raise ModuleNotFoundError("No module named 'pyqtgraph'", name="pyqtgraph")
    package = importlib.util.module_from_spec(spec)
    vars(package).update(
        CONFIG_OPTIONS=OPTIONS,
        getConfigOption=OPTIONS.__getitem__,
        _connectCleanup=_connect_quit,
    )
    sys.modules["pyqtgraph"] = package
    for name, module in _QT.items():
        sys.modules[f"pyqtgraph.Qt.{name}"] = _Mirror(f"pyqtgraph.Qt.{name}", module)
    sys.modules["pyqtgraph.Qt.OpenGLHelpers"] = ModuleType("pyqtgraph.Qt.OpenGLHelpers")


class _Mirror(ModuleType):
    """Stands for a module of Qt; pyqtgraph adds its own names to it."""

    def __init__(self, name: str, module: ModuleType) -> None:
        super().__init__(name)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


@contextmanager
def _nothing_copied() -> Iterator[None]:
    """Hide from pyqtgraph the names of Qt that it would copy, and unused modules."""
    shown = {module: vars(module)["__dir__"] for module in _QT.values()}
    held_back = [name for name in _UNUSED if name not in sys.modules]
    for module in shown:
        vars(module)["__dir__"] = list
    sys.modules.update(dict.fromkeys(held_back))  # type: ignore[arg-type] # None is its own word
    try:
        yield
    finally:
        for name in held_back:
            del sys.modules[name]
        for module, names in shown.items():
            vars(module)["__dir__"] = names


@cache
def _connect_quit() -> None:
    """Tell view boxes when the application ends; each view calls this, only the first call acts."""
    if (application := QtWidgets.QApplication.instance()) is not None:
        application.aboutToQuit.connect(ViewBox.quit)


def _let_go_of_importers(qt: ModuleType) -> None:
    """Forget where imports failed: the errors that `qt` keeps would hold the window for good."""
    for kept in vars(qt).values():
        if isinstance(error := getattr(kept, "err", None), ImportError):
            error.__traceback__ = None


_enter_package()
with _nothing_copied():
    _let_go_of_importers(importlib.import_module("pyqtgraph.Qt"))

from pyqtgraph.functions import arrayToQPath  # noqa: E402 - the package is entered first
from pyqtgraph.graphicsItems.ViewBox import ViewBox  # noqa: E402 - likewise
from pyqtgraph.widgets.GraphicsView import GraphicsView  # noqa: E402 - likewise

__all__ = ["GraphicsView", "ViewBox", "arrayToQPath"]

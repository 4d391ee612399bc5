"""Provides the three parts of pyqtgraph that the charts use: a view, a view box and a path.

`import pyqtgraph` runs 180 of its modules and looks up every name of Qt, for each of which PySide
makes a Python type: 45 MB with numpy, here 22. Two of its packages are therefore entered without
running their `__init__`: the whole, which collects all modules, and `pyqtgraph.Qt`, which chooses
among four bindings of Qt. They get the names that the three parts ask for; another one fails.
"""

import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets
from shiboken6 import Shiboken

OPTIONS = {  # with pyqtgraph's own values
    "background": "k",
    "enableExperimental": False,
    "leftButtonPan": True,
    "useOpenGL": False,
}
_PACKAGE: dict[str, Any] = {
    "getConfigOption": OPTIONS.__getitem__,
    "_connectCleanup": lambda: None,  # it would forget the names of views, and ours have none
}
_QT: dict[str, Any] = {
    "QT_LIB": "PySide6",
    "QtCore": QtCore,
    "QtGui": QtGui,
    "QtWidgets": QtWidgets,
    "OpenGLHelpers": None,  # OpenGL is off
    "compat": SimpleNamespace(voidptr=Shiboken.VoidPtr),
    "isQObjectAlive": Shiboken.isValid,
}


def _enter(package: str, names: dict[str, Any]) -> None:
    """Put `package` into the imported modules with these names, without running its `__init__`."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    module = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    sys.modules[package] = module


_enter("pyqtgraph", _PACKAGE)
_enter("pyqtgraph.Qt", _QT)

import pyqtgraph.Qt.internals  # noqa: E402, F401 - after the packages; for paths with many gaps
from pyqtgraph.functions import arrayToQPath  # noqa: E402 - after the packages
from pyqtgraph.graphicsItems.ViewBox import ViewBox  # noqa: E402 - likewise
from pyqtgraph.widgets.GraphicsView import GraphicsView  # noqa: E402 - likewise

__all__ = ["GraphicsView", "ViewBox", "arrayToQPath"]

"""What the charts import of pyqtgraph is its own, and little else comes with it."""

import subprocess
import sys

_WHOLE = "import pyqtgraph; print(sorted(pyqtgraph.CONFIG_OPTIONS.items()))"
_PART = """
from desktop.charts.lean_pyqtgraph import OPTIONS
print(sorted(OPTIONS.items()))
"""
_WEIGHT = """
import sys
from PySide6 import QtCore, QtGui, QtWidgets
shown = [len(dir(module)) for module in (QtCore, QtGui, QtWidgets)]
import desktop.charts.plot
made = sum(isinstance(one, type) for one in vars(QtWidgets).values())
assert made < 100, made  # of some 200
assert [len(dir(module)) for module in (QtCore, QtGui, QtWidgets)] >= shown
forbidden = {"PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest"}
assert not forbidden & sys.modules.keys()
assert "pyqtgraph.graphicsItems.PlotItem" not in sys.modules
import PySide6.QtTest  # nothing is in its way now
"""


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_options_are_those_of_the_whole() -> None:
    assert _run(_PART) == _run(_WHOLE)


def test_it_brings_few_types_of_qt_and_no_other_module_of_it() -> None:
    _run(_WEIGHT)

"""What the charts import of pyqtgraph works as the whole, and little else comes with it."""

import subprocess
import sys

_WHOLE = "from pyqtgraph import GraphicsView, ViewBox, arrayToQPath\n"
_LEAN = "from desktop.charts.lean_pyqtgraph import GraphicsView, ViewBox, arrayToQPath\n"
_DRAWN = """
import hashlib, math, sys
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QApplication, QGraphicsPathItem
app = QApplication(["-platform", "offscreen"])
x = np.arange(300.0)
y = np.sin(x / 10)
y[50:60] = y[200] = math.nan
for part in slice(40), slice(45, 55), slice(60, 290), slice(300):  # without, many and few gaps
    path = arrayToQPath(x[part], y[part], connect="finite")
    print([(e.type, e.x, e.y) for e in map(path.elementAt, range(path.elementCount()))])
view, box = GraphicsView(), ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
view.setCentralItem(box)
curve = QGraphicsPathItem(path)
curve.setPen(QPen(QColor("#ff0000"), 0))
box.addItem(curve, ignoreBounds=True)
box.setRange(xRange=(0, 300), yRange=(-1, 1), padding=0)
for width in 300, 500:
    view.resize(width, 200)
    image = view.grab().toImage()
    print(hashlib.sha256(image.constBits()).hexdigest(), box.mapSceneToView(QPointF(100, 50)))
"""
_OPTIONS = """
import pyqtgraph
whole = pyqtgraph.CONFIG_OPTIONS
for name in [name for name in sys.modules if name.startswith("pyqtgraph")]:
    del sys.modules[name]
from desktop.charts.lean_pyqtgraph import OPTIONS
assert OPTIONS == {name: whole[name] for name in OPTIONS}
"""
_STATE = """
import importlib, sys
from PySide6 import QtCore, QtGui, QtWidgets
names = [set(dir(module)) for module in (QtCore, QtGui, QtWidgets)]
import desktop.charts.plot
assert [set(dir(module)) for module in (QtCore, QtGui, QtWidgets)] == names
made = sum(isinstance(one, type) for one in vars(QtWidgets).values())
assert made < 100, made  # of some 200
assert not {"PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest"} & sys.modules.keys()
ours = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "pyqtgraph"}
assert len(ours) < 30, sorted(ours)  # of 180
for name, module in ours.items():
    assert module is not None, name
    assert module.__spec__.name == name and module.__spec__.origin == module.__file__, name
    for part in vars(module).values():
        assert getattr(part, "err", None) is None, name  # a kept error would hold the window
import PySide6.QtTest
assert importlib.import_module("pyqtgraph.colormap").ColorMap  # any other part can be imported, too
"""


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_draws_and_maps_as_the_whole_does() -> None:
    drawn = _run(_LEAN + _DRAWN)
    assert drawn.count("\n") == 6
    assert drawn == _run(_WHOLE + _DRAWN)


def test_its_options_are_those_of_the_whole() -> None:
    _run("import sys" + _OPTIONS)


def test_it_leaves_qt_and_the_modules_as_they_were_and_brings_few() -> None:
    _run(_STATE)

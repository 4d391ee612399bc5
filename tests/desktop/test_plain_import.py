"""After Qt is imported, importing is Python's own again."""

import subprocess
import sys
from pathlib import Path

# What pydantic looks like while a thread is importing it: asked for anything, it fails.
HALF_IMPORTED = """
def __getattr__(name):
    raise ImportError("asked while half imported: " + name)
"""


def imports_with(first: str, place: Path) -> bool:
    (place / "half_imported.py").write_text(HALF_IMPORTED)
    program = (
        f"import sys; sys.path.insert(0, {str(place)!r}); import {first}; import half_imported"
    )
    return subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_half_imported_module_is_not_asked_for_attributes(tmp_path: Path) -> None:
    assert imports_with("desktop.plain_import", tmp_path)


def test_the_window_and_the_charts_still_import(tmp_path: Path) -> None:
    assert imports_with("desktop.plain_import, desktop.window, desktop.charts.plot", tmp_path)

"""After Qt is imported, importing is Python's own again."""

import subprocess
import sys
from pathlib import Path

# What a package looks like while a thread is importing it: asked for anything, it fails.
HALF_IMPORTED = """
def __getattr__(name):
    raise ImportError("asked while half imported: " + name)
"""


QT = "import desktop.event_loop.plain_import; desktop.event_loop.plain_import.import_qt()"


def imports_after(first: str, place: Path) -> bool:
    (place / "half_imported.py").write_text(HALF_IMPORTED)
    program = f"import sys; sys.path.insert(0, {str(place)!r}); {first}; import half_imported"
    return subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_half_imported_module_is_not_asked_for_attributes(tmp_path: Path) -> None:
    assert imports_after(QT, tmp_path)


def test_nor_when_qt_has_put_its_hook_back(tmp_path: Path) -> None:
    hooked = "import builtins; builtins.__import__ = builtins.__feature_import__"
    assert imports_after(f"{QT}; {hooked}", tmp_path)


def test_the_window_and_the_charts_still_import(tmp_path: Path) -> None:
    assert imports_after(f"{QT}; import desktop.window, desktop.charts.plot", tmp_path)


def test_the_desktop_starts_with_it() -> None:
    program = "import builtins, sys; from desktop.__main__ import main; main(['--bots', 'x']);"
    opened = (
        "import desktop.app; desktop.app.run_desktop = lambda _: builtins.__import__.__name__;"
        "print(main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program + opened],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout != "__feature_import__\n"

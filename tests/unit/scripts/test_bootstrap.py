"""The set-up of a checkout brings back what another use of its environment took away."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[3] / "script" / "bootstrap"
_UV = """#!/bin/sh
[ "$1" != --version ] || exec echo uv 1.0
echo "$1 $2 ${UV_NO_DEV:-with dev}" >>said
"""


def _executable(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    file.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """One that is set up, with a uv and a Python that do nothing."""
    root = tmp_path.resolve()
    for folder in ("engine", "desktop", ".venv/lib/python3.11/site-packages/babel"):
        (root / folder).mkdir(parents=True)
    for name in ("uv.lock", "pyproject.toml"):
        (root / name).touch()
    _executable(root / "script" / "bootstrap", _SCRIPT.read_text("utf-8"))
    _executable(root / ".venv" / "bin" / "python", "#!/bin/sh\n")
    (root / ".venv" / "bin" / "activate").write_text(f"{root}/.venv")
    _executable(root / "path" / "uv", _UV)
    stamp = f"{root}\n{_SCRIPT.read_text('utf-8')}"
    done = subprocess.run(["cksum"], input=stamp.encode(), capture_output=True, check=True)
    (root / ".venv" / ".bootstrapped").write_bytes(done.stdout)
    return root


def _asked_of_uv(checkout: Path) -> str:
    subprocess.run(
        ["script/bootstrap", "tools"],
        cwd=checkout,
        env=os.environ | {"PATH": f"{checkout}/path:{os.environ['PATH']}", "UV_NO_DEV": "1"},
        check=True,
        capture_output=True,
        timeout=60,
    )
    said = checkout / "said"
    return said.read_text("utf-8") if said.exists() else ""


def test_what_is_set_up_is_not_set_up_again(checkout: Path) -> None:
    assert _asked_of_uv(checkout) == ""


def test_tools_that_are_gone_from_the_environment_are_installed_again(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv" / "lib" / "python3.11" / "site-packages" / "babel")
    assert _asked_of_uv(checkout) == "sync --locked with dev\n"

"""A local Telegram that finds no place for its state says so in a sentence."""

import subprocess
import sys
from pathlib import Path


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = subprocess.run(
        [sys.executable, "-m", "engine.simulator", "--directory", str(tmp_path / "file" / "x")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("gavatcore: ")
    assert ended.stderr.count("\n") == 1

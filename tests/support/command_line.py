"""Commands of `gavatcore`, run in a test's own process on a data directory."""

import asyncio
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.cli.app import main
from engine.simulator.client import LocalTelegram


@dataclass
class CommandLine:
    """Runs commands in this process, as a pipe would feed them."""

    directory: Path
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    said: list[str] = field(default_factory=list)

    async def run(self, *arguments: str, enter: str = "") -> tuple[int, str]:
        """The exit status and all that was said, the prompts left out."""
        self.patch.setattr(sys, "stdin", io.StringIO(enter))
        status = await asyncio.to_thread(main, [*arguments, f"--data-dir={self.directory}"])
        captured = self.capture.readouterr()
        lines = (captured.out + captured.err).splitlines()
        return status, "\n".join(line for line in lines if not line.endswith(": "))


@pytest.fixture
def command(
    telegram: LocalTelegram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    directory = tmp_path / "data"
    directory.mkdir()
    lines = (f"{name}={value}\n" for name, value in telegram.settings([]).items() if value != "")
    (directory / "gavatcore.env").write_text("".join(lines))
    return CommandLine(directory, monkeypatch, capsys)

"""`gavatcore` in a process of its own, as a person starts it."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot

PATIENCE = 60.0  # s a stop may take before it is called hung; what is too long is the test's to say

_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    status: int
    seconds: float  # since it was told to
    stdout: str
    stderr: str


class DesktopProcess:
    """One start of the application; ask it only if it was started as `observed`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls, *arguments: str, environment: Mapping[str, str], module: str = "desktop"
    ) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        return cls(process)

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_loaded(self, library: str) -> bool:
        """Whether a library of this name is in its memory (Linux)."""
        return library in Path(f"/proc/{self.pid}/maps").read_text(encoding="utf-8")

    async def ask(self) -> dict[str, Any]:
        """What `observed_desktop` tells of the desktop now."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise AssertionError((await self.ended()).stderr)
        told: dict[str, Any] = json.loads(line)
        return told

    async def stop(self) -> Ended:
        """Tell it to end (SIGTERM) and wait for that."""
        if self.running:
            self._process.terminate()
        return await self.ended()

    async def ended(self, within: float = PATIENCE) -> Ended:
        """Wait until it ends by itself; one that does not is killed and its status is negative."""
        began = time.monotonic()
        reading = asyncio.ensure_future(self._process.communicate())
        try:
            stdout, stderr = await asyncio.wait_for(asyncio.shield(reading), within)
        except TimeoutError:
            self._process.kill()
            stdout, stderr = await reading
        status = self._process.returncode
        assert status is not None
        return Ended(status, time.monotonic() - began, stdout.decode(), stderr.decode())

    async def kill(self) -> None:
        """End it the hard way if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self.ended()


@asynccontextmanager
async def desktop_process(
    *arguments: str, environment: Mapping[str, str], module: str = "desktop"
) -> AsyncIterator[DesktopProcess]:
    """Runs for the length of the block at the most."""
    process = await DesktopProcess.start(*arguments, environment=environment, module=module)
    try:
        yield process
    finally:
        await process.kill()


def leading_to(telegram: LocalTelegram, bots: list[LocalBot] | None = None) -> dict[str, str]:
    """The environment that leads an application to `telegram`, with all bots or these."""
    return {name: str(value) for name, value in telegram.settings(bots).items()}


def alone() -> dict[str, str]:
    """The environment of an application without any bot."""
    return {"BOT_TOKENS": ""}


def log_of(directory: Path) -> str:
    """What it wrote to its log so far."""
    file = directory / "logs" / "gavatcore.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""

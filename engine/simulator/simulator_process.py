"""Runs the simulator's own process."""

import asyncio
import contextlib
from typing import Any

import msgspec

from engine.errors import SimulatorError
from engine.module_process import module_command
from engine.simulator.world.records import TelegramReady

_START_TIMEOUT = 60.0  # seconds
_LONGEST_LINE = 1 << 26


async def spawn(*options: str) -> asyncio.subprocess.Process:
    """Start it, and return it; it ends when its stdin closes, and so with this process."""
    return await asyncio.create_subprocess_exec(
        *module_command("engine.simulator", *options, "--die-with-parent"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )


async def ready(process: asyncio.subprocess.Process) -> TelegramReady:
    """Return the line that the process prints once it listens."""
    stdout: Any = process.stdout
    try:
        async with asyncio.timeout(_START_TIMEOUT):
            line = await stdout.readline()
        return msgspec.json.decode(line, type=TelegramReady)
    except TimeoutError as error:
        raise SimulatorError("The local Telegram did not start in time.") from error
    except msgspec.DecodeError as error:
        code = await process.wait()
        raise SimulatorError(f"The local Telegram ended with code {code} at start.") from error


async def end(process: asyncio.subprocess.Process, patience: float = 0.0) -> None:
    """Wait `patience` seconds for the process to end, then kill it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(patience):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

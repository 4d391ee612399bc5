"""Engines in a process of their own, seen from the test that has them killed."""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self


@dataclass(frozen=True, slots=True)
class Order:
    """How an engine is to live and where it is to die."""

    directory: Path
    settings: dict[str, object]
    point: str
    passages: int = 0  # 0: never by itself
    flush_interval: float | None = None  # s between two writings of sessions; None: the product's


@dataclass(slots=True)
class Life:
    """One engine from start to end."""

    started: "asyncio.Future[int]"
    ended: "asyncio.Future[int]"  # its status; below zero, the signal
    online: dict[str, float] = field(default_factory=dict)  # by bot, when first, epoch seconds
    reached: bool = False  # it killed itself at its point
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def all_online(self, count: int) -> bool:
        """Wait until so many bots have logged in; False if it died before."""
        while len(self.online) < count and not self.ended.done():
            self.changed.clear()
            await self.changed.wait()
        return not self.ended.done()

    async def signal(self, number: signal.Signals) -> int:
        """Send it a signal and wait for its end."""
        pid = await self.started
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return await asyncio.wait_for(asyncio.shield(self.ended), 60)


class EngineLives:
    """Starts one engine after the other; `async with` ends the last one hard."""

    def __init__(self, errors: Path) -> None:
        self._errors_path = errors
        self._errors: IO[bytes] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._life: Life | None = None

    async def __aenter__(self) -> Self:
        self._errors = self._errors_path.open("ab")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.killed_engine",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        if self._life is not None and self._process.returncode is None:
            with suppress(TimeoutError):
                await self._life.signal(signal.SIGKILL)
        self._process.stdin.close()
        await self._process.wait()
        if self._reading is not None:
            await self._reading
        if self._errors is not None:
            self._errors.close()

    async def start(self, order: Order) -> Life:
        """Start the next engine; the last one must have ended."""
        assert self._process is not None
        assert self._process.stdin is not None
        loop = asyncio.get_running_loop()
        life = self._life = Life(loop.create_future(), loop.create_future())
        line = {
            "directory": str(order.directory),
            "settings": {
                name: str(value) if isinstance(value, Path) else value
                for name, value in order.settings.items()
            },
            "point": order.point,
            "passages": order.passages,
            "flush_interval": order.flush_interval,
        }
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        await self._process.stdin.drain()
        await life.started
        return life

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            life = self._life
            assert life is not None
            match json.loads(line):
                case {"started": int(pid)}:
                    life.started.set_result(pid)
                case {"online": str(bot)}:
                    life.online.setdefault(bot, time.time())
                case {"reached": True}:
                    life.reached = True
                case {"ended": int(status)}:
                    life.ended.set_result(status)
            life.changed.set()
        life = self._life
        for future in (life.started, life.ended) if life else ():
            if not future.done():
                future.set_exception(RuntimeError("the engines' parent ended"))
                future.exception()
                life.changed.set() if life else None

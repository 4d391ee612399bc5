"""Starts the engine behind the window, and stops it.

Its imports (Telethon, SQLAlchemy, …: some 500 ms) run in a thread, so the window stays responsive.
"""

import asyncio
import contextlib
import importlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.options import Options
from engine.short_slices import short_slices
from engine.telemetry.startup import Startup

if TYPE_CHECKING:
    from engine.bots.connection.state import FleetChanged
    from engine.demo.demo import Demo
    from engine.engine import Engine

_NEEDED = ("engine.engine", "engine.telemetry.logs")


class EngineRoom:
    """Owns one engine on `directory`; in a demo, also the local Telegram behind it."""

    def __init__(self, options: Options, directory: Path, startup: Startup) -> None:
        self._options = options
        self._directory = directory
        self._startup = startup
        self._demo: Demo | None = None
        self._begun: asyncio.Task[None] | None = None
        self._logs = False
        self._resources = contextlib.AsyncExitStack()

    async def open(self) -> "Engine":
        """Import, configure and start an engine, and return it; raises GavatcoreError or OSError.

        It may then be tried again: nothing is left open.
        """
        try:
            return await self._open()
        except BaseException:
            await self._resources.aclose()
            self._demo = None
            raise

    async def _open(self) -> "Engine":
        await asyncio.to_thread(_import, self._options.demo)
        from engine.engine import Engine  # noqa: PLC0415 - imported just now, in a thread
        from engine.settings import load_settings  # noqa: PLC0415 - likewise
        from engine.telemetry.logs import start_logging  # noqa: PLC0415 - likewise

        overrides: dict[str, object] = {}
        if self._options.demo:
            from engine.demo.demo import Demo  # noqa: PLC0415 - likewise

            self._demo = await self._resources.enter_async_context(
                Demo(self._directory, self._options.bots)
            )
            overrides = self._demo.settings()
        settings = await asyncio.to_thread(load_settings, self._directory, **overrides)
        if not self._logs:  # a second handler would write each line twice
            start_logging(self._directory / "logs", settings.log_level, terminal=False)
            self._logs = True
        engine = Engine(settings)
        self._watch_fleet(engine)
        await engine.start()
        self._resources.push_async_callback(engine.stop)
        self._startup.mark("engine_running")
        return engine

    async def report(self, engine: "Engine", file: Path) -> None:
        """Write the report of the run; in a demo, after the last messages are answered."""
        from engine.demo.run_report import (  # noqa: PLC0415 - few want one
            MessageCounts,
            make_report,
            write_report,
        )

        messages = MessageCounts.of(engine.snapshot())
        if self._demo is not None:
            await self._demo.settle()
            messages = await self._demo.messages(engine)
        report = make_report(engine.snapshot(), messages, self._startup)
        await asyncio.to_thread(write_report, file, report)

    async def close(self) -> None:
        """Stop the engine, then the local Telegram."""
        if self._begun is not None:
            self._begun.cancel()
            await asyncio.gather(self._begun, return_exceptions=True)
        await self._resources.aclose()

    def _watch_fleet(self, engine: "Engine") -> None:
        from engine.bots.connection.state import FleetChanged  # noqa: PLC0415 - imported by `open`

        engine.subscribe(FleetChanged, self._count)

    def _count(self, event: "FleetChanged") -> None:
        if not event.total or event.online < event.total or self._begun is not None:
            return
        self._startup.mark("fleet_online")
        if self._demo is not None:
            self._begun = asyncio.get_running_loop().create_task(
                self._demo.begin(), name="people begin to write"
            )


def _import(demo: bool) -> None:
    with short_slices():
        for name in (*_NEEDED, "engine.demo.demo") if demo else _NEEDED:
            importlib.import_module(name)
    logging.captureWarnings(True)

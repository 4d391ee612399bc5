"""Runs one engine without a window until it is told to stop."""

import asyncio
import contextlib
import gc
import logging
import math
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bots.connection.state import FleetChanged
from engine.cli.wanted import Headless
from engine.engine import Engine
from engine.files.data_lock import hold_data_directory
from engine.files.paths import open_data_directory
from engine.language import _, ngettext
from engine.settings import load_settings
from engine.storage.database.errors import TroubleError
from engine.telemetry.logs import start_logging
from engine.telemetry.startup import Startup
from engine.telemetry.uncaught import log_uncaught

if TYPE_CHECKING:
    from engine.demo.demo import Demo

_RETRY = 2.0  # s between two tries to open an unreachable database

_log = logging.getLogger(__name__)


async def run_headless(wanted: Headless) -> None:
    """Run until Ctrl-C, SIGTERM or the end of the time; raises GavatcoreError on failure."""
    log_uncaught(asyncio.get_running_loop())
    stopped = _stop_on_signals()
    with contextlib.ExitStack() as stack:
        directory = open_data_directory(
            wanted.data_directory, demo=wanted.demo_bots is not None, stack=stack
        )
        stack.enter_context(hold_data_directory(directory))
        async with _demo(wanted, directory) as demo:
            overrides = wanted.overrides | (demo.settings() if demo else {})
            settings = load_settings(directory, **overrides)
            start_logging(directory / "logs", settings.log_level, terminal=True)
            await _run(Engine(settings), wanted, demo, stopped)


async def _run(
    engine: Engine, wanted: Headless, demo: "Demo | None", stopped: asyncio.Event
) -> None:
    startup = Startup()
    online = asyncio.Event()

    def count(event: FleetChanged) -> None:
        if event.total and event.online == event.total:
            startup.mark("fleet_online")
            online.set()

    engine.subscribe(FleetChanged, count)
    if not await _start(engine, stopped, wanted.exit_after or math.inf):
        return
    startup.mark("engine_running")
    gc.freeze()  # imported modules stay, so the collector need not check them again
    try:
        total = engine.snapshot().fleet.total
        if not total:
            _say(_("No bots yet: add them with `gavatcore accounts add NAME`."))
        begun = asyncio.create_task(_begin_when_online(online, total, demo))
        begun.add_done_callback(lambda task: None if _went_well(task) else stopped.set())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wanted.exit_after):
                await stopped.wait()
        begun.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await begun
        if demo:
            await demo.settle()
        if wanted.report:
            from engine.demo.run_report import (  # noqa: PLC0415 - few want one
                MessageCounts,
                make_report,
                write_report,
            )

            messages = await demo.messages(engine) if demo else MessageCounts.of(engine.snapshot())
            write_report(wanted.report, make_report(engine.snapshot(), messages, startup))
    finally:
        await engine.stop()


async def _start(engine: Engine, stopped: asyncio.Event, patience: float) -> bool:
    """Start the engine; while its database is unreachable, retry for `patience` seconds.

    Returns False if stopped first; raises GavatcoreError.
    """
    said, until = "", asyncio.get_running_loop().time() + patience
    while not stopped.is_set():
        try:
            await engine.start()
        except TroubleError as error:
            if not error.trouble.may_pass or asyncio.get_running_loop().time() > until:
                raise
            if str(error) != said:
                said = str(error)
                _log.warning("%s", _("{problem} Waiting until it is back.").format(problem=said))
        else:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _RETRY)
    return False


async def _begin_when_online(online: asyncio.Event, total: int, demo: "Demo | None") -> None:
    await online.wait()
    _say(ngettext("{n} bot online.", "{n} bots online.", total).format(n=total))
    if demo:
        await demo.begin()


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - for who started it


def _went_well(task: asyncio.Task[None]) -> bool:
    return task.cancelled() or task.exception() is None


def _demo(
    wanted: Headless, directory: Path
) -> "contextlib.AbstractAsyncContextManager[Demo | None]":
    if wanted.demo_bots is None:
        return contextlib.nullcontext()
    from engine.demo.demo import Demo  # noqa: PLC0415 - only a demo needs the simulator

    return Demo(directory, wanted.demo_bots)


def _stop_on_signals() -> asyncio.Event:
    """Return an event for the first Ctrl-C or SIGTERM; a second one ends the process at once."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        stopped.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop, number)
    return stopped

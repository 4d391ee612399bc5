"""Implements `gavatcore run`: the engine without a window."""

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.implements import implements
from engine.cli.light_process import is_replaceable, replace
from engine.cli.wanted import Headless
from engine.errors import SettingsError
from engine.files.paths import require_folder_of
from engine.language import _
from engine.settings import LogLevel, Profile

DEMO_BOTS = 20

app = typer.Typer()


@implements(app, "run")
def run(
    *,
    config: Annotated[
        Profile | None,
        typer.Option(
            case_sensitive=False,
            help="How much of the machine to take; OPTIMIZATION_MODE or bamgum unless given.",
        ),
    ] = None,
    log_level: Annotated[
        LogLevel | None,
        typer.Option(case_sensitive=False, help="How much to log; LOG_LEVEL or INFO unless given."),
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Use a local Telegram, with people who write.")
    ] = False,
    bots: Annotated[
        int | None, typer.Option(min=1, max=500, help="Bots in the demo; 20 unless given.")
    ] = None,
    exit_after: Annotated[
        float | None, typer.Option(min=0, help="Stop after so many seconds.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the report of the run as JSON.")
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="Where to keep sessions and logs; GAVATCORE_DATA_DIR unless given.",
        ),
    ] = None,
) -> None:
    if bots is not None and not demo:
        raise SettingsError(_("--bots says how many bots a demo has: add --demo or leave it out."))
    if report is not None:
        require_folder_of(report)
    wanted = Headless(
        overrides={"OPTIMIZATION_MODE": config, "LOG_LEVEL": log_level},
        data_directory=data_dir,
        demo_bots=(bots or DEMO_BOTS) if demo else None,
        exit_after=exit_after,
        report=report,
    )
    if is_replaceable():
        # Without Unicode in a path, or without a program to become, it runs here.
        with contextlib.suppress(UnicodeEncodeError, OSError):
            replace(wanted.text())
    asyncio.run(run_headless(wanted))


async def run_headless(wanted: Headless) -> None:
    """Import the engine, and run it as `engine.cli.headless` does."""
    from engine.cli.headless import run_headless as run_here  # noqa: PLC0415 - 0.5 s

    await run_here(wanted)

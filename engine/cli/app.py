"""The commands of `gavatcore` that need no window."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import (
    accounts,
    announcements,
    caches,
    database,
    personas,
    providers,
    report,
    sessions,
)
from engine.cli.headless import Headless, run_headless
from engine.errors import GavatcoreError, described
from engine.settings import LogLevel, Profile
from engine.telemetry.redaction import redact

app = typer.Typer(
    name="gavatcore",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(accounts.app)
app.add_typer(providers.app)
app.add_typer(personas.app)
app.add_typer(announcements.app)
app.add_typer(sessions.app)
app.add_typer(database.app)
app.add_typer(caches.app)
app.command()(report.report)


@app.callback()
def commands() -> None:
    """Run Telegram bots; without a command, the desktop opens."""


@app.command()
def run(
    *,
    config: Annotated[
        Profile, typer.Option(help="How much of the machine to take.")
    ] = Profile.BAMGUM,
    log_level: Annotated[LogLevel | None, typer.Option(help="How much to log.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use a local Telegram.")] = False,
    bots: Annotated[int, typer.Option(min=1, max=500, help="Bots in the demo.")] = 20,
    exit_after: Annotated[
        float | None, typer.Option(min=0, help="Stop after so many seconds.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write what it came to as JSON.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(file_okay=False, help="Where to keep sessions and logs.")
    ] = None,
) -> None:
    """Run the engine without a window until Ctrl-C or SIGTERM."""
    overrides: dict[str, object] = {
        "OPTIMIZATION_MODE": config,
        "LOG_LEVEL": log_level,
    }
    asyncio.run(
        run_headless(
            Headless(
                overrides=overrides,
                data_directory=data_dir,
                demo_bots=bots if demo else None,
                exit_after=exit_after,
                report=report,
            )
        )
    )


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status. What a person got wrong is one sentence on stderr."""
    try:
        status = app(list(arguments), standalone_mode=False)
    except typer.TyperException as error:
        sentence = error.format_message().replace("Value error, ", "").rstrip(".")
        return _fail(f"{sentence}.", 2)
    except GavatcoreError as error:
        return _fail(str(error), 2)
    except OSError as error:
        return _fail(described(error), 2)
    except KeyboardInterrupt:
        return 130
    return status if isinstance(status, int) else 0


def _fail(sentence: str, status: int) -> int:
    print(f"gavatcore: {redact(sentence)}", file=sys.stderr)  # noqa: T201 - this is the terminal
    return status

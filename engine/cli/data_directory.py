"""Defines the option --data-dir of the commands."""

from pathlib import Path
from typing import Annotated

import typer

DataDirectory = Annotated[
    Path | None,
    typer.Option("--data-dir", file_okay=False, help="Where accounts and sessions are kept."),
]

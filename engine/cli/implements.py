"""Joins a function of the command line to its row in the table of commands."""

from collections.abc import Callable
from typing import Any, TypeVar

import typer

from engine.commands.table import command_called

Function = TypeVar("Function", bound=Callable[..., None])


def implements(app: typer.Typer, name: str, **options: Any) -> Callable[[Function], Function]:
    """Make a function what `app` does as the command of that name in the table."""
    command = command_called(name)
    if command is None:
        raise LookupError(name)
    return app.command(command.word, help=command.sentence, **options)

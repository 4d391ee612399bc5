"""Connects a function of the command line with its row in the table of commands."""

from collections.abc import Callable
from typing import Any, TypeVar

import typer

from engine.commands.table import command_called

Function = TypeVar("Function", bound=Callable[..., None])


def implements(app: typer.Typer, name: str, **options: Any) -> Callable[[Function], Function]:
    """Return a decorator that makes a function the command `name` of the table in `app`."""
    command = command_called(name)
    if command is None:
        raise LookupError(name)
    return app.command(command.word, help=command.sentence, **options)

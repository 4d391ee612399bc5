"""Builds the commands that the command line only sends to a running engine."""

import contextlib
import dataclasses
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import typer

from engine.cli.data_directory import DataDirectory
from engine.cli.engine_answers import require_engine
from engine.commands.command import Command
from engine.commands.request import HELP, Implementation, Request, implementation_of
from engine.files.paths import open_data_directory

_JSON = Annotated[bool, typer.Option("--json", help="For programs.")]


def sent_command(command: Command) -> Callable[..., None]:
    """Return the function of which typer makes a command: its parameters are the arguments.

    A parameter without a default is an argument, any other an option.
    """
    implementation = implementation_of(command)
    assert implementation is not None  # noqa: S101 - `command.is_sent`

    def send(*, as_json: bool, data_dir: Path | None, **given: Any) -> None:
        _send(implementation, given, data_dir, as_json=as_json)

    parameters = [
        *_parameters(implementation.request),
        _parameter("as_json", _JSON, default=False),
        _parameter("data_dir", DataDirectory, default=None),
    ]
    function: Any = send
    function.__signature__ = inspect.Signature(parameters)
    function.__annotations__ = {one.name: one.annotation for one in parameters}
    return send


def _send(
    implementation: Implementation,
    given: dict[str, Any],
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    arguments = {name: value for name, value in given.items() if value not in (None, [])}
    request = msgspec.convert(arguments, implementation.request, strict=False)
    with contextlib.ExitStack() as stack:
        directory = open_data_directory(data_dir, demo=False, stack=stack)
    result = require_engine(directory, request)
    if as_json:
        shown = msgspec.json.format(msgspec.json.encode(result), indent=2)
        sys.stdout.write(shown.decode() + "\n")
    else:
        typer.echo(implementation.said(result))


def _parameters(request: type[Request[Any]]) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(request)
    for field in dataclasses.fields(request):
        kind, text = _kind(hints[field.name]), field.metadata.get(HELP)
        if field.default is dataclasses.MISSING:
            yield _parameter(field.name, _annotated(kind, typer.Argument(help=text)))
        else:
            option = _annotated(kind | None, typer.Option(help=text, show_default=False))
            yield _parameter(field.name, option, default=None)


def _annotated(kind: Any, extra: object) -> Any:
    """Return an annotation with a type that is known only at run time."""
    annotated: Any = Annotated
    return annotated[kind, extra]


def _kind(hint: Any) -> Any:
    """Return typer's type for the type of a field."""
    if get_origin(hint) is not tuple:
        return hint
    many: Any = list
    return many[get_args(hint)[0]]


def _parameter(
    name: str, annotation: Any, *, default: Any = inspect.Parameter.empty
) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )

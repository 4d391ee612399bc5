"""Defines what a running engine is asked: a request, which knows its command and result.

A module of `engine.commands` that implements one has a subclass of `Request` with the arguments,
and an `IMPLEMENTATION`.
"""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.commands.command import Command
from engine.commands.table import COMMANDS
from engine.language import _

if TYPE_CHECKING:
    from engine.commands.controls import Controls  # imports the whole fleet

Result = TypeVar("Result")
HELP = "help"
"""Where the metadata of an argument's field has its sentence, marked for translation."""


@dataclass(frozen=True, slots=True)
class Request(Generic[Result]):
    """The arguments of one command whose result is a `Result`."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """The way in which a running engine executes a command, and the words for its result.

    `result` is the type that `run` returns; `said` turns it into sentences. `subject` and `detail`
    are for the audit log, and hold no secrets.
    """

    request: type[Request[Any]]
    result: Any
    run: "Callable[[Controls, Any], Awaitable[Any]]"
    said: Callable[[Any], str]
    subject: Callable[[Any], str] = lambda _request: ""
    detail: Callable[[Any], Mapping[str, object]] = lambda _result: {}


def implementation_of(command: Command) -> Implementation | None:
    """Import the implementation of a command in a running engine; None if there is none."""
    if command.module is None:
        return None
    found: Implementation = importlib.import_module(command.module).IMPLEMENTATION
    return found


def command_of(request: Request[Any]) -> Command:
    """Return the row of the table that a request stands for."""
    return _BY_MODULE[type(request).__module__]


def purpose_of(request: type[Request[Any]]) -> str:
    """Return the purpose of a command, in the language in use."""
    return _(_BY_MODULE[request.__module__].sentence.partition("\n")[0])


_BY_MODULE = {one.module: one for one in COMMANDS if one.module is not None}

"""Asks the engine that runs on a data directory, and explains a missing answer."""

from pathlib import Path
from typing import TypeVar

import typer

from engine.commands.control.client import NoAnswerError, RefusedError, ask_engine
from engine.commands.control.protocol import Reason
from engine.commands.request import Request
from engine.commands.status import AskStatus, EngineStatus
from engine.files.data_lock import holder_of
from engine.language import _

_WAIT = 10.0  # s that a command waits for an engine that is starting

Result = TypeVar("Result")


def require_engine(directory: Path, request: Request[Result]) -> Result:
    """Return the result of a command; without an engine, print one sentence and exit with 1.

    Raises RefusedError if the engine could not execute it.
    """
    try:
        return ask_engine(directory, request, wait=_WAIT)
    except NoAnswerError as error:
        sentence = no_engine(directory, hangs=isinstance(error.__cause__, TimeoutError))
    except RefusedError as error:
        if error.reason not in {Reason.STARTING, Reason.STOPPING}:
            raise
        sentence = str(error)
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def no_engine(directory: Path, *, hangs: bool = False) -> str:
    """Return why no engine answers; one that `hangs` took the command and said nothing."""
    holder = holder_of(directory)
    if holder is None:
        return _("No engine runs on {directory}.").format(directory=directory)
    sentence = (
        _("An engine (process {pid}) holds {directory}, but does not answer.")
        if hangs
        else _("An engine (process {pid}) holds {directory} and is starting or stopping.")
    )
    return sentence.format(pid=holder.pid or "?", directory=directory)


def engine_status(directory: Path) -> EngineStatus | None:
    """Return the status of the engine on `directory`; None if none answers."""
    try:
        return ask_engine(directory, AskStatus())
    except (NoAnswerError, RefusedError):
        return None

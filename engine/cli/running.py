"""Coordinates a command with an engine that runs on the same data directory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from engine.accounts.paused import PausedAccounts
from engine.cli.workplace import Workplace
from engine.commands.control.client import NoAnswerError, RefusedError, ask_engine
from engine.commands.control.protocol import Reason
from engine.commands.parts import Part
from engine.commands.reload import Reload
from engine.files.data_lock import holder_of
from engine.language import _
from engine.telegram.sessions.lock import SessionHeldError, SessionLock

_PATIENCE = 20.0  # s for a bot to release its session
_LOOK = 0.1  # s
_STARTING = 30.0  # s that a change waits for an engine which may have read the files already


def say_taken_up(directory: Path, *parts: Part) -> None:
    """Have a running engine read `parts` again, and say when it has; say nothing if none runs."""
    if (sentence := tell(directory, *parts)) is not None:
        typer.echo(sentence, err=True)
    elif holder_of(directory) is not None:
        typer.echo(_("The running engine takes this up within seconds."))


def tell(directory: Path, *parts: Part) -> str | None:
    """Have a running engine read `parts` again; say why if it does not."""
    try:
        ask_engine(directory, Reload(parts), wait=_STARTING)
    except NoAnswerError:
        if holder_of(directory) is None:
            return None
        return _("The engine does not answer: it takes this up at its next start.")
    except RefusedError as error:
        if error.reason is not Reason.FAILED:
            return _("The engine takes this up at its next start: {reason}").format(reason=error)
        return _("The running engine goes on as before: {reason}").format(reason=error)
    return None


@contextmanager
def handed_over(place: Workplace, name: str, *parts: Part) -> Iterator[None]:
    """Have a running engine release an account; afterwards it reads `parts` and the pauses.

    Does nothing if no engine runs or uses the account. Other holders of the session are left alone,
    so the block may raise SessionHeldError. Blocking.
    """
    paused = PausedAccounts(place.directory)
    session = place.settings.sessions_directory / f"{name}.session"
    if name in paused.names() or not _is_held(session):
        yield
        return
    paused.pause(name)
    try:
        if tell(place.directory, Part.PAUSES) is None:
            until = time.monotonic() + _PATIENCE
            while _is_held(session) and time.monotonic() < until:
                time.sleep(_LOOK)  # for another process
        yield
    finally:
        paused.resume(name)
        tell(place.directory, *parts, Part.PAUSES)


def _is_held(session: Path) -> bool:
    if not session.parent.is_dir():
        return False
    try:
        with SessionLock(session):
            return False
    except SessionHeldError:
        return True

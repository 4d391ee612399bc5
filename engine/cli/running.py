"""What a command has to do with an engine that runs on the same data directory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from engine.accounts.paused import PausedAccounts
from engine.cli.workplace import Workplace
from engine.files.data_lock import holder_of
from engine.language import _
from engine.telegram.sessions.lock import SessionHeldError, SessionLock

_PATIENCE = 20.0  # s until a bot has let go of its session; an engine looks every two
_LOOK = 0.1  # s


def say_taken_up(directory: Path) -> None:
    """Say when a running engine goes by what was changed; nothing if none runs."""
    if holder_of(directory) is not None:
        typer.echo(_("The running engine takes this up within seconds."))


@contextmanager
def handed_over(place: Workplace, name: str) -> Iterator[None]:
    """Have a running engine let go of an account; it may have it back afterwards.

    Does nothing where no engine runs, or it does not use the account. Whoever else holds the
    session is left alone, so what is done inside may raise SessionHeldError. Blocking.
    """
    paused = PausedAccounts(place.directory)
    session = place.settings.sessions_directory / f"{name}.session"
    if name in paused.names() or holder_of(place.directory) is None or not _is_held(session):
        yield
        return
    paused.pause(name)
    try:
        until = time.monotonic() + _PATIENCE
        while _is_held(session) and time.monotonic() < until:
            time.sleep(_LOOK)  # for another process
        yield
    finally:
        paused.resume(name)


def _is_held(session: Path) -> bool:
    if not session.parent.is_dir():
        return False
    try:
        with SessionLock(session):
            return False
    except SessionHeldError:
        return True

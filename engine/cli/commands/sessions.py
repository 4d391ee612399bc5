"""Implements `gavatcore sessions`: list their holders, and repair what dead processes left."""

import asyncio
import time
from typing import Annotated

import typer

from engine.cli.auditing import note_command
from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.workplace import open_settings, print_table
from engine.language import _, ngettext
from engine.telegram.sessions.check import ON_COMMAND, check_sessions
from engine.telegram.sessions.lock_check import LockOutcome
from engine.telegram.sessions.survey import SessionState, survey_sessions
from engine.wording.locks import lock_outcome_word

app = typer.Typer()

NEEDS_A_PERSON = {
    LockOutcome.HELD,
    LockOutcome.SET_ASIDE,
    LockOutcome.DAMAGED,
    LockOutcome.FAILED,
}


@implements(app, "sessions list")
def list_sessions(*, data_dir: DataDirectory = None) -> None:
    _directory, settings = open_settings(data_dir)
    states = survey_sessions(settings.sessions_directory)
    if not states:
        typer.echo(_("There are no sessions yet."))
        return
    head = (_("Session"), _("Held by"), _("Login"), _("Left behind"))
    print_table([head, *(_state_row(state) for state in states)])


def _state_row(state: SessionState) -> tuple[str, ...]:
    left = ""
    if state.left_behind is not None:
        left = _("a journal, {seconds:.0f} s old").format(seconds=state.left_behind)
    login = _("encrypted") if state.sealed else _("not encrypted")
    return (
        state.name,
        str(state.holder) if state.holder else _("not in use"),
        login if state.has_login else _("none"),
        left,
    )


@implements(app, "sessions clean")
def clean(
    *,
    rest: Annotated[
        float,
        typer.Option(min=0, help="Seconds another program's journal must have rested."),
    ] = ON_COMMAND,
    data_dir: DataDirectory = None,
) -> None:
    directory, settings = open_settings(data_dir)
    checks = check_sessions(settings.sessions_directory, frozenset(), time.time(), rest)
    asyncio.run(note_command(directory, settings, "sessions clean"))
    if checks:
        head = (_("Session"), _("Outcome"), _("Detail"))
        print_table(
            [head, *((c.session, lock_outcome_word(c.outcome), c.detail or "") for c in checks)]
        )
    typer.echo(
        ngettext("{n} session checked.", "{n} sessions checked.", len(checks)).format(n=len(checks))
    )
    if any(check.outcome in NEEDS_A_PERSON for check in checks):
        raise typer.Exit(1)

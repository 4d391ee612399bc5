"""Records in the audit log what a command did, if the database is reachable."""

import asyncio
from pathlib import Path

import typer

from engine.cli.opened_database import open_database
from engine.clock import SystemClock
from engine.commands.table import command_called
from engine.language import _
from engine.settings import Settings
from engine.storage.audit import AuditLog
from engine.storage.audit_trail import AuditTrail
from engine.storage.database.errors import StorageError

_PATIENCE = 5.0  # s


async def note_command(directory: Path, settings: Settings, name: str, subject: str = "") -> None:
    """Record the command called `name` in the table; say so on stderr if that fails.

    The command itself has been executed then.
    """
    command = command_called(name)
    if command is not None and command.audit is not None:
        await note_action(directory, settings, command.audit, subject)


async def note_action(directory: Path, settings: Settings, action: str, subject: str) -> None:
    """Record an action by its own name; say so on stderr if that fails."""
    try:
        async with (
            asyncio.timeout(_PATIENCE),
            open_database(directory, settings, on_trouble=lambda _: None) as database,
        ):
            await AuditTrail(AuditLog(database), SystemClock(), "cli").note(action, subject)
    except (StorageError, TimeoutError) as error:
        reason = str(error) or _("the database does not answer.")
        typer.echo(_("This is not in the audit log: {reason}").format(reason=reason), err=True)

"""Notes in the audit log what a command did, as far as the database can be reached."""

import asyncio
from pathlib import Path

import typer

from engine.cli.opened_database import open_database
from engine.clock import SystemClock
from engine.language import _
from engine.settings import Settings
from engine.storage.audit import AuditLog
from engine.storage.audit_trail import AuditTrail
from engine.storage.database.errors import StorageError

_PATIENCE = 5.0  # s


async def note_command(directory: Path, settings: Settings, action: str, subject: str = "") -> None:
    """Says so on stderr if it cannot be noted: the command itself has been done."""
    try:
        async with (
            asyncio.timeout(_PATIENCE),
            open_database(directory, settings, on_trouble=lambda _: None) as database,
        ):
            await AuditTrail(AuditLog(database), SystemClock(), "cli").note(action, subject)
    except (StorageError, TimeoutError) as error:
        reason = str(error) or _("the database does not answer.")
        typer.echo(_("This is not in the audit log: {reason}").format(reason=reason), err=True)

"""Opens what a command without an engine works with: settings, vault, enrolment."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from engine.accounts.vault import Vault, open_vault
from engine.cli.auditing import note_action
from engine.cli.opened_database import open_database
from engine.clock import SystemClock
from engine.files.paths import open_data_directory
from engine.settings import Settings, load_settings
from engine.storage.retired_accounts import retire
from engine.telegram.login.enrolment import Enrolment


@dataclass(frozen=True, slots=True)
class Workplace:
    """One opened data directory."""

    directory: Path
    settings: Settings
    vault: Vault
    enrolment: Enrolment


def open_workplace(data_dir: Path | None) -> Workplace:
    """Read the settings and open the vault; raises GavatcoreError or OSError."""
    directory, settings = open_settings(data_dir)
    vault, clock = open_vault(directory, settings), SystemClock()

    async def note(action: str, subject: str) -> None:
        await note_action(directory, settings, action, subject)

    async def end_agreements(account: str) -> None:
        async with open_database(directory, settings) as database:
            await retire(database, account, clock.now())

    enrolment = Enrolment(vault, settings, clock, note, end_agreements)
    return Workplace(directory, settings, vault, enrolment)


def open_settings(data_dir: Path | None) -> tuple[Path, Settings]:
    """Return the data directory, created if necessary, and its settings; raises GavatcoreError."""
    # Telethon's own messages are redundant: our sentence says it.
    logging.getLogger("telethon").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        directory = open_data_directory(data_dir, demo=False, stack=stack)
    return directory, read_settings(directory)


def read_settings(directory: Path) -> Settings:
    """Return the settings of `directory`; print values without effect to stderr."""
    settings = load_settings(directory)
    for remark in settings.remarks:
        typer.echo(remark, err=True)
    return settings


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Print columns as wide as their widest cell."""
    for line in _lines(rows):
        typer.echo(line)


def _lines(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

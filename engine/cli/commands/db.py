"""Implements `gavatcore db`: backups, restores, migrations and connections of the database."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.auditing import note_command
from engine.cli.commands.report import database_table
from engine.cli.engine_answers import require_engine
from engine.cli.implements import implements
from engine.cli.workplace import open_settings, print_table, read_settings
from engine.clock import SystemClock
from engine.commands.status import AskStatus
from engine.errors import SettingsError
from engine.files.data_lock import hold_data_directory
from engine.files.paths import open_data_directory
from engine.files.scratch import sweep
from engine.language import _, ngettext, number
from engine.settings import Settings
from engine.storage.backups.contents import Contents
from engine.storage.backups.file import put_back
from engine.storage.database.schema import REVISION
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
from engine.storage.locations.location import Location

app = typer.Typer()

DataDirectory = Annotated[
    Path | None,
    typer.Option("--data-dir", file_okay=False, help="Where the engine keeps its files."),
]
BackupFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")]


@implements(app, "db backup")
def backup(data_dir: DataDirectory = None) -> None:
    with _opened(data_dir) as (_location, backups):
        made = asyncio.run(backups.make())
    typer.echo(
        _("{file} was made and restored into a scratch place: {size} MB.").format(
            file=made.file, size=number(made.size / 1e6, 1)
        )
    )


@implements(app, "db restore")
def restore(file: BackupFile, *, data_dir: DataDirectory = None) -> None:
    with _opened(data_dir, alone=True) as (_location, backups):
        found = asyncio.run(backups.restore(file))
        added = put_back(file, backups.folder.directory.parent)
    asyncio.run(note_command(*open_settings(data_dir), "db restore", file.name))
    typer.echo(_("{file} was restored: {contents}.").format(file=file, contents=_in_words(found)))
    typer.echo(
        _(
            "What was open in it is left unanswered, since it may have been answered. What people "
            "have withdrawn or had deleted since stays so."
        )
    )
    if added:
        typer.echo(
            _(
                "Restored as well, encrypted with the master key of that time: {files}. "
                "User accounts log in again."
            ).format(files=", ".join(added))
        )


@implements(app, "db check")
def check(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="The newest by default.")
    ] = None,
    *,
    data_dir: DataDirectory = None,
) -> None:
    with _opened(data_dir) as (_location, backups):
        made = backups.folder.list()
        chosen = file or (made[-1].file if made else None)
        if chosen is None:
            typer.echo(_("There is no backup yet: make one with “gavatcore db backup”."), err=True)
            raise typer.Exit(1)
        found = asyncio.run(backups.check(chosen))
    typer.echo(
        _("{file} can be restored: {contents}.").format(file=chosen, contents=_in_words(found))
    )


@implements(app, "db migrate")
def migrate(
    to: Annotated[str, typer.Option(help="The revision to reach.")] = REVISION,
    *,
    down: Annotated[bool, typer.Option("--down", help="Go back to it.")] = False,
    data_dir: DataDirectory = None,
) -> None:
    if down and to == REVISION:
        raise SettingsError(_("--down goes back to an older revision: name it with --to."))
    with _opened(data_dir, alone=True) as (location, backups):
        asyncio.run(_migrate(location, backups, to, down=down))
    typer.echo(_("The database is at revision {revision}.").format(revision=to))


@implements(app, "db reset-pools")
def reset_pools(data_dir: DataDirectory = None) -> None:
    with _opened(data_dir) as (location, _backups):
        closed = asyncio.run(location.reset_pools())
    typer.echo(
        ngettext("{n} connection closed.", "{n} connections closed.", closed).format(n=closed)
    )


@implements(app, "db stats")
def stats(data_dir: DataDirectory = None) -> None:
    directory, _settings = open_settings(data_dir)
    status = require_engine(directory, AskStatus())
    if status.database is None:  # nothing is stored
        raise typer.Exit(1)
    print_table(list(database_table(status.database)))


async def _migrate(location: Location, backups: Backups, to: str, *, down: bool) -> None:
    if await location.exists():
        await backups.make()
    await location.move_to(to, down=down)


@contextlib.contextmanager
def _opened(chosen: Path | None, *, alone: bool = False) -> Iterator[tuple[Location, Backups]]:
    """Open the database of a data directory; `alone` ensures that no engine runs on it."""
    with contextlib.ExitStack() as stack:
        directory = open_data_directory(chosen, demo=False, stack=stack)
        sweep(directory)
        if alone:
            stack.enter_context(hold_data_directory(directory))
        location = location_of(_url(read_settings(directory)), directory)
        yield location, Backups(location, directory, SystemClock())


def _url(settings: Settings) -> str | None:
    url = settings.database_url
    return url.get_secret_value() if url is not None else None


def _in_words(found: Contents) -> str:
    rows = sum(found.rows.values())
    return ngettext(
        "{n} row at revision {revision}", "{n} rows at revision {revision}", rows
    ).format(n=rows, revision=found.revision)

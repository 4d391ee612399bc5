"""Implements `gavatcore settings`: lists all settings, their values and purposes."""

from typing import Any

import typer

from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.workplace import open_settings, print_table
from engine.language import _
from engine.settings import Settings
from engine.settings.reference import shown
from engine.settings.table import SettingRow, rows

app = typer.Typer()


@implements(app, "settings")
def settings(*, data_dir: DataDirectory = None) -> None:
    _directory, found = open_settings(data_dir)
    head = (_("Setting"), _("Value"), _("Meaning"))
    print_table([head, *(_row(row, found) for row in rows().values())])


def _row(row: SettingRow, found: Settings) -> tuple[str, ...]:
    value: Any = getattr(found, row.name)
    said = _("set, not shown") if row.secret and value else shown(value)
    return row.variable, said, _(row.about.sentence)

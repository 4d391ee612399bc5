"""Describes every command in Markdown: `docs/commands.md` is what this prints."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from engine.cli.app import app
from engine.commands.command import Command, Needs
from engine.commands.table import COMMANDS, GROUPS
from engine.language import _


def reference() -> str:
    """Return the whole page, in the language in use."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# " + _("Commands")
    yield ""
    yield _(
        "Each is given as `gavatcore` and its words, and takes --data-dir and --help. One that "
        "needs the engine goes to the engine that runs on the data directory, through a socket "
        "there which only the same user can open."
    )
    for before, command in zip((None, *COMMANDS), COMMANDS, strict=False):
        if before is None or (command.group or "") != (before.group or ""):
            yield ""
            if command.group is not None:
                yield f"## {command.group}"
                yield ""
                yield _(GROUPS[command.group])
                yield ""
            yield _cells(_("Command"), _("What it does"), _("Engine"), _("Destroys"), _("Audit"))
            yield "|---|---|---|---|---|"
        yield _cells(
            f"`{_usage(command)}`",
            " ".join(_(command.sentence).split()),
            _needs(command.needs),
            _("yes") if command.destroys else "",
            f"`{command.audit}`" if command.audit else "",
        )


def _usage(command: Command) -> str:
    """Return the words and arguments of a command as one types them."""
    found: Any = typer.main.get_command(app)
    for word in command.name.split():
        found = found.get_command(typer.Context(found), word)
    return " ".join((command.name, *_arguments(found)))


def _arguments(command: Any) -> Iterator[str]:
    for one in command.params:
        if one.param_type_name == "argument":
            name = one.name.upper()
            yield name if one.required else f"[{name}]"
        elif one.name != "data_dir":
            yield f"[{one.opts[0]}]" if one.is_flag else f"[{one.opts[0]} …]"


def _needs(needs: Needs) -> str:
    return {
        Needs.RUNNING: _("needed"),
        Needs.STOPPED: _("must not run"),
        Needs.EITHER: "",
    }[needs]


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(reference())

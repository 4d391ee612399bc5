"""Presents the table of commands to typer: imported on demand, in the language in use.

A command that is only sent to a running engine is built from the table alone. For every other one,
the module of its first word has a function, which `implements` connects.
"""

import difflib
import importlib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from engine.cli.implements import implements
from engine.cli.usage import is_meant
from engine.commands.command import Command
from engine.commands.table import GROUPS, first_words, members
from engine.language import _


class _Translated:
    """Says "Usage:" in the language in use, which typer does not translate."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))  # type: ignore[attr-defined]  # typer's
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage: "))


class OneCommand(_Translated, TyperCommand):
    """One command."""


class Group(_Translated, TyperGroup):
    """Several commands; without one, it prints its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Print the help if there are no arguments."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command; an unknown one fails with the nearest name."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            said = _("There is no command {name}.").format(name=args[0])
            ctx.fail(f"{said} {is_meant(difflib.get_close_matches(args[0], known, 1))}".rstrip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the first sentence of each command, uncut."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section(_("Commands")):
            formatter.write_dl(
                [(name, _first_line(one)) for name, one in commands.items() if one is not None]
            )


class Root(Group):
    """All of `gavatcore`."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the first words of all commands."""
        return [word for word, _sentence in first_words()]

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """Return what a first word stands for, or None."""
        return _command(cmd_name) if cmd_name in dict(first_words()) else None

    def shell_complete(self, _ctx: Any, incomplete: str) -> Any:
        """Return the first words for a shell, without importing any command."""
        from typer._click.shell_completion import CompletionItem  # noqa: PLC0415 - shells alone

        found = [one for one in first_words() if one[0].startswith(incomplete)]
        return [CompletionItem(word, help=_(sentence)) for word, sentence in found]


def _command(word: str) -> Any:
    """Return what may follow `gavatcore` as one word: a command or a group."""
    commands = members(word)
    app = _application(word, commands)
    for command in commands:
        if command.is_sent:
            from engine.cli.sent import sent_command  # noqa: PLC0415 - few commands need it

            implements(app, command.name)(sent_command(command))
    for registered in app.registered_commands:
        registered.cls = OneCommand
    app.info.cls, app.info.name = Group, word
    app.rich_markup_mode = None  # help is plain text
    app._add_completion = False  # only the root offers that
    made: Any
    if word in GROUPS:
        made = typer.main.get_group(app)
        made.help = GROUPS[word]
    else:
        made = typer.main.get_command(app)
    made.name = word
    _translate(made)
    return made


def _application(word: str, commands: tuple[Command, ...]) -> typer.Typer:
    if all(command.is_sent for command in commands):
        return typer.Typer()
    app: typer.Typer = importlib.import_module(f"engine.cli.commands.{word}").app
    return app


def _translate(command: Any) -> None:
    """Translate everything that a person reads."""
    command.help = _(command.help) if command.help else command.help
    command.options_metavar = _("[OPTIONS]")
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    helped = command.get_params(typer.Context(command))
    for parameter in helped:
        if parameter.help:
            parameter.help = _(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _translate(child)


def _first_line(command: Any) -> str:
    """Return the first paragraph of its help."""
    return " ".join((command.help or "").partition("\n\n")[0].split())

"""Implements `gavatcore personas`: list them, and choose each bot's."""

import typer

from engine.accounts.bot_personas import BotPersonas
from engine.accounts.given_bots import given_bots
from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.running import say_taken_up
from engine.cli.workplace import Workplace, open_workplace, print_table
from engine.commands.parts import Part
from engine.language import _
from engine.replies.personas.persona_file import DEFAULT, SHIPPED, Personas, load_personas

app = typer.Typer()


@implements(app, "personas list")
def list_personas(*, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    personas = _personas(place)
    chosen = BotPersonas(place.directory).all()
    rows: list[tuple[str, ...]] = [(_("Name"), _("Title"), _("Bots"))]
    for name in personas.names:
        bots = sorted(bot for bot, persona in chosen.items() if persona == name)
        if name == (place.settings.persona or DEFAULT):
            bots.append(_("all others"))
        rows.append((name, personas.get(name).title, ", ".join(bots)))
    print_table(rows)
    typer.echo(_("Your own go into {folder}.").format(folder=place.directory / "personas"))


@implements(app, "personas choose")
def choose(bot: str, persona: str, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    _require_bot(place, bot)
    title = _personas(place).get(persona).title
    BotPersonas(place.directory).choose(bot, persona)
    typer.echo(_("{bot} speaks as {persona}.").format(bot=bot, persona=title))
    say_taken_up(place.directory, Part.PERSONAS)


@implements(app, "personas reset")
def reset(bot: str, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    _require_bot(place, bot)
    BotPersonas(place.directory).choose(bot, None)
    typer.echo(_("{bot} speaks as all others.").format(bot=bot))
    say_taken_up(place.directory, Part.PERSONAS)


def _personas(place: Workplace) -> Personas:
    return load_personas((SHIPPED, place.directory / "personas"))


def _require_bot(place: Workplace, bot: str) -> None:
    if bot not in {one.name for one in given_bots(place.settings)}:
        place.vault.accounts.get(bot)

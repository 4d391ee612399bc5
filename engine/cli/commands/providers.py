"""Implements `gavatcore providers`: keep keys of LLM providers, list and test the providers."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from engine.cli.asking import ask_secret
from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.running import say_taken_up
from engine.cli.workplace import Workplace, open_workplace, print_table
from engine.clock import SystemClock
from engine.commands.parts import Part
from engine.errors import SettingsError
from engine.language import _
from engine.replies.providers.check import Checked, check_provider
from engine.replies.providers.configuration.keys import ProviderKeys, place
from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.opening import configured_providers
from engine.watch.emergency_record import EmergencyRecord
from engine.wording.provider_check import check_sentence

KEY_VARIABLE = "GAVATCORE_PROVIDER_KEY"

app = typer.Typer()
Name = Annotated[
    str, typer.Argument(help="A well-known one, as in: groq; or a name in providers.toml")
]


@implements(app, "providers add")
def add(name: Name, *, data_dir: DataDirectory = None) -> None:
    opened = open_workplace(data_dir)
    _check_name(opened, name)
    key = ask_secret(_("Key of {name}").format(name=name), KEY_VARIABLE)
    opened.vault.secrets.set(place(name), key)
    typer.echo(_("Saved, encrypted. Try it with: gavatcore providers check"))
    say_taken_up(opened.directory, Part.PROVIDERS)


@implements(app, "providers remove")
def remove(name: Name, *, data_dir: DataDirectory = None) -> None:
    opened = open_workplace(data_dir)
    if place(name) not in opened.vault.secrets.names():
        raise SettingsError(_("There is no saved key of {name}.").format(name=name))
    opened.vault.secrets.remove(place(name))
    typer.echo(_("The key of {name} was deleted.").format(name=name))
    say_taken_up(opened.directory, Part.PROVIDERS)


@implements(app, "providers list")
def list_providers(*, data_dir: DataDirectory = None) -> None:
    opened = open_workplace(data_dir)
    keys = ProviderKeys(opened.settings, opened.vault.secrets)
    providers = _configured(opened, keys)
    if not providers:
        return
    head = (_("Name"), _("Kind"), _("Model"), _("Order"), _("Weight"), _("Key"), _("Address"))
    print_table([head, *(_row(one, keys) for one in providers)])


@implements(app, "providers check")
def check(*, data_dir: DataDirectory = None) -> None:
    opened = open_workplace(data_dir)
    if opened.settings.disable_ai_models:
        raise SettingsError(_("DISABLE_AI_MODELS is set: no provider may be asked."))
    if opened.settings.emergency_mode or EmergencyRecord(opened.directory).read() is not None:
        raise SettingsError(_("Emergency mode is on: no provider may be asked."))
    keys = ProviderKeys(opened.settings, opened.vault.secrets)
    failed = False
    for checked in asyncio.run(_check_all(_configured(opened, keys), keys)):
        failed = failed or checked.failure is not None
        typer.echo(f"{checked.name}: {check_sentence(checked)}")
    if failed:
        raise typer.Exit(1)


async def _check_all(providers: Sequence[ProviderSettings], keys: ProviderKeys) -> list[Checked]:
    checks = [check_provider(one, keys, SystemClock()) for one in providers]
    return list(await asyncio.gather(*checks))


def _configured(opened: Workplace, keys: ProviderKeys) -> tuple[ProviderSettings, ...]:
    providers = configured_providers(opened.settings, keys)
    if not providers:
        typer.echo(_("No provider yet: gavatcore providers add openai (or groq, or gemini)"))
    return tuple(sorted(providers, key=lambda one: one.order))


def _check_name(opened: Workplace, name: str) -> None:
    keys = ProviderKeys(opened.settings, opened.vault.secrets)
    known = {one.name for one in configured_providers(opened.settings, keys)}
    known |= {kind.value for kind in ProviderKind if kind.known is not None}
    if name not in known:
        raise SettingsError(
            _("There is no provider {name}: put it in {file} first; known are {known}.").format(
                name=name,
                file=opened.directory / "providers.toml",
                known=", ".join(sorted(known)),
            )
        )


def _row(one: ProviderSettings, keys: ProviderKeys) -> tuple[str, ...]:
    key = _("there") if keys.of(one) else _("missing")
    return one.name, one.kind.value, one.model, str(one.order), str(one.weight), key, one.base_url

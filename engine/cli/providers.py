"""`gavatcore providers`: keep keys of LLM providers, list the providers, try each."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from engine.cli.asking import ask_secret
from engine.cli.running import say_taken_up
from engine.cli.workplace import DataDirectory, Workplace, open_workplace, print_table
from engine.clock import SystemClock
from engine.errors import SettingsError
from engine.language import _
from engine.replies.providers.check import TOKENS, Checked, check_provider
from engine.replies.providers.configuration.keys import ProviderKeys, place
from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.failure import TIMEOUTS, Failure
from engine.replies.providers.opening import configured_providers
from engine.watch.emergency_record import EmergencyRecord

KEY_VARIABLE = "GAVATCORE_PROVIDER_KEY"

app = typer.Typer(
    name="providers",
    help="The providers of language models.",
    no_args_is_help=True,
    add_completion=False,
)
Name = Annotated[
    str, typer.Argument(help="A well-known one, as in: groq; or a name in providers.toml")
]


@app.command()
def add(name: Name, *, data_dir: DataDirectory = None) -> None:
    """Keep a provider's key, encrypted.

    It is asked for, read from a pipe or from GAVATCORE_PROVIDER_KEY: never an argument.
    """
    opened = open_workplace(data_dir)
    _check_name(opened, name)
    key = ask_secret(_("Key of {name}").format(name=name), KEY_VARIABLE)
    opened.vault.secrets.set(place(name), key)
    typer.echo(_("Saved, encrypted. Try it with: gavatcore providers check"))
    say_taken_up(opened.directory)


@app.command()
def remove(name: Name, *, data_dir: DataDirectory = None) -> None:
    """Forget a provider's key."""
    opened = open_workplace(data_dir)
    if place(name) not in opened.vault.secrets.names():
        raise SettingsError(_("There is no saved key of {name}.").format(name=name))
    opened.vault.secrets.remove(place(name))
    typer.echo(_("The key of {name} was deleted.").format(name=name))
    say_taken_up(opened.directory)


@app.command(name="list")
def list_providers(*, data_dir: DataDirectory = None) -> None:
    """Show every provider in the order they are asked."""
    opened = open_workplace(data_dir)
    keys = ProviderKeys(opened.settings, opened.vault.secrets)
    providers = _configured(opened, keys)
    if not providers:
        return
    head = (_("Name"), _("Kind"), _("Model"), _("Order"), _("Weight"), _("Key"), _("Address"))
    print_table([head, *(_row(one, keys) for one in providers)])


@app.command()
def check(*, data_dir: DataDirectory = None) -> None:
    """Ask every provider for one word; exits with 1 if one fails."""
    opened = open_workplace(data_dir)
    if opened.settings.disable_ai_models:
        raise SettingsError(_("DISABLE_AI_MODELS is set: no provider may be asked."))
    if opened.settings.emergency_mode or EmergencyRecord(opened.directory).read() is not None:
        raise SettingsError(_("Emergency mode is on: no provider may be asked."))
    keys = ProviderKeys(opened.settings, opened.vault.secrets)
    failed = False
    for checked in asyncio.run(_check_all(_configured(opened, keys), keys)):
        failed = failed or checked.failure is not None
        typer.echo(f"{checked.name}: {_result(checked)}")
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


def _result(checked: Checked) -> str:
    if checked.failure is None:
        return _("works; first word after {ms:.0f} ms.").format(ms=checked.first_token_ms)
    late = _("did not answer in time.")
    sentences = {
        Failure.NO_KEY: _("has no key: gavatcore providers add {name}"),
        Failure.KEY_REFUSED: _("refuses the key: enter another."),
        Failure.UNKNOWN_MODEL: _("does not know the model {model}."),
        Failure.RATE_LIMITED: _("has had too many calls: try again later."),
        Failure.OUT_OF_CREDIT: _("wants to be paid: look at your account there."),
        Failure.CONNECTION: _("cannot be reached: check its address and the network."),
        Failure.REQUEST_REFUSED: _("did not take the request: its model may not be for chats."),
        Failure.REDIRECTED: _("has moved: write its new address into providers.toml."),
        Failure.PROXY: _(
            "cannot be reached through the proxy that the environment names: it must begin with "
            "http:// (HTTPS_PROXY, ALL_PROXY), or the provider be listed in NO_PROXY."
        ),
        Failure.CERTIFICATE: _(
            "has a certificate that cannot be verified here: check the date of this machine, and "
            "SSL_CERT_FILE and SSL_CERT_DIR if they are set."
        ),
        Failure.CUT_SHORT: _(
            "came to no end within {tokens} tokens: its model thinks too long for a chat."
        ),
        **dict.fromkeys(TIMEOUTS, late),
    }
    sentence = sentences.get(checked.failure, _("sent what is no answer ({failure})."))
    return sentence.format(
        name=checked.name,
        model=checked.model,
        failure=checked.failure.value,
        tokens=TOKENS,
    )

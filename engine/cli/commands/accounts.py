"""`gavatcore accounts`: add, log in, list, remove, import, export; the API hash; the master key."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from engine.accounts.account_record import AccountKind, AccountRecord, check_phone
from engine.accounts.given_bots import given_bots
from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import ApiCredentials, Vault
from engine.cli.asking import ask, ask_secret, may_ask_again
from engine.cli.auditing import note_command
from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.key_words import key_sentence
from engine.cli.running import handed_over, say_taken_up
from engine.cli.workplace import Workplace, open_workplace, print_table
from engine.clock import SystemClock
from engine.commands.parts import Part
from engine.errors import SettingsError
from engine.files.data_lock import hold_data_directory
from engine.language import _
from engine.secrets.rotation import rotate
from engine.secrets.seal import Seal
from engine.storage.database.errors import StorageError
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
from engine.telegram.login.faults import (
    CodeWrongError,
    LoginError,
    PasswordNeededError,
    PasswordWrongError,
)
from engine.telegram.login.person import PersonLogin
from engine.telegram.sessions.exchange import read_plain, read_string, write_plain, write_string
from engine.telegram.sessions.file import has_login
from engine.telegram.sessions.reseal import reseal_sessions
from engine.wording.codes import code_word

TOKEN_VARIABLE = "GAVATCORE_BOT_TOKEN"  # noqa: S105 - a name
_TRIES = 3

app = typer.Typer()
Name = Annotated[str, typer.Argument(help="What you call it, as in: support-bot")]


@implements(app, "accounts add")
def add(
    name: Name,
    *,
    user: Annotated[
        bool, typer.Option("--user", help="A person's account: phone, code, password.")
    ] = False,
    data_dir: DataDirectory = None,
) -> None:
    place = open_workplace(data_dir)
    if user:
        _log_in_person(place, name, ask(_("Phone number, with its country code")))
        return
    token = ask_secret(_("Token from @BotFather"), TOKEN_VARIABLE)
    _say_logged_in(place, asyncio.run(place.enrolment.add_bot(name, token)))


@implements(app, "accounts login")
def login(name: Name, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    known = {record.name: record for record in place.vault.accounts.list()}
    known_as = known.get(name)
    if known_as is not None and known_as.kind is AccountKind.BOT:
        token = ask_secret(_("Token from @BotFather"), TOKEN_VARIABLE)
        with handed_over(place, name, Part.ACCOUNTS):
            record = asyncio.run(place.enrolment.renew_bot(name, token))
        _say_logged_in(place, record)
        return
    phone = None
    if known_as is None or place.vault.accounts.credential(name) is None:
        phone = ask(_("Phone number, with its country code"))
    _log_in_person(place, name, phone)


def _log_in_person(place: Workplace, name: str, phone: str | None) -> None:
    async def log_in() -> AccountRecord:
        async with place.enrolment.person(name, check_phone(phone) if phone else None) as person:
            record = await person.begin()
            return record or await _code_and_password(person)

    _say_logged_in(place, asyncio.run(log_in()))


async def _code_and_password(person: PersonLogin) -> AccountRecord:
    try:
        return await _try_again(person.submit_code, _("Code that Telegram sent"), CodeWrongError)
    except PasswordNeededError:
        return await _try_again(
            person.submit_password, _("Password of two-step verification"), PasswordWrongError
        )


async def _try_again(
    submit: Callable[[str], Awaitable[AccountRecord]], prompt: str, wrong: type[LoginError]
) -> AccountRecord:
    """Ask until it is right; a person has three tries, a pipe one."""
    for _try in range(_TRIES - 1):
        try:
            return await submit(await asyncio.to_thread(ask_secret, prompt))
        except wrong as error:
            if not may_ask_again():
                raise
            typer.echo(str(error), err=True)
    return await submit(await asyncio.to_thread(ask_secret, prompt))


def _say_logged_in(place: Workplace, record: AccountRecord) -> None:
    typer.echo(
        _("{name} is logged in as {username}.").format(
            name=record.name, username=record.username or record.number
        )
    )
    say_taken_up(place.directory, Part.ACCOUNTS, Part.PAUSES)  # a refused one is tried again


@implements(app, "accounts list")
def list_accounts(*, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    rows = [_row(place, record) for record in place.vault.accounts.list()]
    named = {record.number for record in place.vault.accounts.list()}
    for bot in given_bots(place.settings):
        if bot.number is None or bot.number not in named:
            number = "" if bot.number is None else str(bot.number)
            state = bot.problem or _("from BOT_TOKENS")
            rows.append((bot.name, code_word("bot"), number, "", state))
    if rows:
        head = (_("Name"), _("Kind"), _("Number"), _("Username"), _("State"))
        print_table([head, *rows])
    else:
        typer.echo(_("No accounts yet: gavatcore accounts add NAME"))
    typer.echo(key_sentence(place))


def _row(place: Workplace, record: AccountRecord) -> tuple[str, ...]:
    file = place.settings.sessions_directory / f"{record.name}.session"
    state = _("logged in") if has_login(file) else _("not logged in")
    if record.problem is not None:
        state = record.problem
    elif record.name in PausedAccounts(place.directory).names():
        state = _("paused")
    username = record.username or ""
    return record.name, code_word(record.kind.value), str(record.number or ""), username, state


@implements(app, "accounts pause")
def pause(name: Name, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    _require_known(place, name)
    PausedAccounts(place.directory).pause(name)
    asyncio.run(note_command(place.directory, place.settings, "accounts pause", name))
    typer.echo(_("{name} is paused.").format(name=name))
    say_taken_up(place.directory, Part.PAUSES)


@implements(app, "accounts resume")
def resume(name: Name, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    _require_known(place, name)
    PausedAccounts(place.directory).resume(name)
    asyncio.run(note_command(place.directory, place.settings, "accounts resume", name))
    typer.echo(_("{name} may run again.").format(name=name))
    say_taken_up(place.directory, Part.PAUSES)


def _require_known(place: Workplace, name: str) -> None:
    if name not in {bot.name for bot in given_bots(place.settings)}:
        place.vault.accounts.get(name)


@implements(app, "accounts remove")
def remove(
    name: Name,
    *,
    log_out: Annotated[
        bool, typer.Option("--log-out", help="End its session at Telegram first.")
    ] = False,
    data_dir: DataDirectory = None,
) -> None:
    place = open_workplace(data_dir)
    place.vault.accounts.get(name)
    with handed_over(place, name, Part.ACCOUNTS):
        folder = asyncio.run(place.enrolment.remove(name, log_out=log_out))
    PausedAccounts(place.directory).resume(name)  # otherwise another of its name would begin paused
    typer.echo(_("{name} was removed.").format(name=name))
    if folder is not None:
        typer.echo(_("Its session, still encrypted, is in {folder}.").format(folder=folder))
    say_taken_up(place.directory, Part.ACCOUNTS)


@implements(app, "accounts import")
def import_account(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Argument(help="A .session file of Telethon's; without one, a string is asked for."),
    ] = None,
    *,
    data_dir: DataDirectory = None,
) -> None:
    place = open_workplace(data_dir)
    data = read_plain(file) if file else read_string(ask_secret(_("String session")))
    _say_logged_in(place, asyncio.run(place.enrolment.import_session(name, data)))
    typer.echo(_("Do not use it elsewhere as well: Telegram ends a session used in two places."))


@implements(app, "accounts export")
def export(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Argument(help="The .session to write; without one, a string is printed."),
    ] = None,
    *,
    data_dir: DataDirectory = None,
) -> None:
    place = open_workplace(data_dir)
    data = asyncio.run(place.enrolment.export_session(name))
    if file is not None:
        write_plain(file, data)
    else:
        sys.stdout.write(write_string(data) + "\n")
    typer.echo(_("Whoever has this has the account; use it in one place at a time."), err=True)


@implements(app, "accounts api")
def api(*, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    number = ask(_("api_id"))
    if not number.isdecimal() or len(number) > 10 or not 0 < int(number) < 1 << 31:
        raise SettingsError(_("An api_id is a number, as my.telegram.org shows it."))
    place.vault.keep_api(ApiCredentials(int(number), ask_secret(_("api_hash"))))
    typer.echo(_("Saved, encrypted."))
    say_taken_up(place.directory, Part.ACCOUNTS)


@implements(app, "accounts rotate-key")
def rotate_key(*, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    given = place.settings.token_encryption_key
    with hold_data_directory(place.directory):  # an engine would continue with the old key
        rotate(
            place.directory,
            given.get_secret_value() if given else None,
            lambda seal: _reseal(place, place.vault, seal),
        )
        asyncio.run(_back_up(place))
    asyncio.run(note_command(place.directory, place.settings, "accounts rotate-key"))
    typer.echo(_("Everything is encrypted with the new master key."))
    typer.echo(key_sentence(open_workplace(data_dir)))


async def _back_up(place: Workplace) -> None:
    """Back up the accounts, because earlier backups open only with the earlier key."""
    url = place.settings.database_url
    location = location_of(url.get_secret_value() if url else None, place.directory)
    try:
        if await location.exists():
            made = await Backups(location, place.directory, SystemClock()).make()
            typer.echo(
                _(
                    "A new backup was made: {file}. The accounts in older ones open only with the "
                    "old key; their messages do not need it."
                ).format(file=made.file)
            )
    except StorageError as error:
        typer.echo(str(error), err=True)


def _reseal(place: Workplace, vault: Vault, seal: Seal) -> None:
    vault.accounts.reseal(seal)
    vault.secrets.reseal(seal)
    reseal_sessions(place.settings.sessions_directory, seal)

"""Implements `gavatcore announcements`: unprompted messages of bots; an engine may be running."""

import asyncio
import contextlib
import datetime
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.bots.bot_list import bots_from
from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.opened_database import open_database
from engine.cli.running import tell
from engine.cli.workplace import Workplace, open_workplace, print_table
from engine.clock import SystemClock
from engine.commands.parts import Part
from engine.errors import DataDirectoryInUseError
from engine.files.data_lock import hold_data_directory
from engine.language import _
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription, SubscriptionRecords
from engine.storage.record.record import ACCOUNT_REMOVED
from engine.telegram.client.rights import peer_of

_CHECK = 10.0  # s that a running engine has to ask Telegram
_LOOK = 0.1  # s

# Ids of groups are negative, but no options.
_NUMBERS = {"ignore_unknown_options": True}

app = typer.Typer(context_settings=_NUMBERS)
Account = Annotated[str, typer.Argument(help="Its name in `gavatcore accounts list`.")]
Chat = Annotated[str, typer.Argument(help="The group's id as Telegram counts, as in: -1001234567")]
Listed = Annotated[str, typer.Argument(help="The group's id, or its title in the list.")]
Talk = Annotated[bool, typer.Option("--talk", help="Group talk instead of announcements.")]


@implements(app, "announcements list")
def list_subscriptions(
    *,
    talk: Talk = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data_dir: DataDirectory = None,
) -> None:
    found = asyncio.run(_latest(open_workplace(data_dir), _purpose(talk)))
    if as_json:
        typer.echo(json.dumps([_for_programs(one) for one in found], indent=2, ensure_ascii=False))
    elif not found and talk:
        typer.echo(_("No group has asked for talk: an administrator writes /subscribe talk."))
    elif not found:
        typer.echo(_("No chat has asked for announcements: an administrator writes /subscribe."))
    else:
        head = (_("Account"), _("Chat"), _("Title"), _("By"), _("Since"), _("Last"), _("State"))
        print_table([head, *(_row(one) for one in found)])


@implements(app, "announcements add", context_settings=_NUMBERS)
def add(account: Account, chat: Chat, *, data_dir: DataDirectory = None) -> None:
    place = open_workplace(data_dir)
    _require_bot(place, account)
    number = _number(chat)
    if number is None or number >= 0:
        raise typer.BadParameter(_("A group's id is a number below zero, as in: -1001234567"))
    found = asyncio.run(_add(place, account, number, patience=_patience(place)))
    typer.echo(_in_words(found))
    if found.ended_at is not None:
        raise typer.Exit(1)


@implements(app, "announcements pause", context_settings=_NUMBERS)
def pause(
    account: Account, chat: Listed, *, talk: Talk = False, data_dir: DataDirectory = None
) -> None:
    _change(account, chat, _purpose(talk), data_dir, paused=True)


@implements(app, "announcements resume", context_settings=_NUMBERS)
def resume(
    account: Account, chat: Listed, *, talk: Talk = False, data_dir: DataDirectory = None
) -> None:
    _change(account, chat, _purpose(talk), data_dir, paused=False)


def _change(
    account: str, chat: str, purpose: Purpose, data_dir: Path | None, *, paused: bool
) -> None:
    found = asyncio.run(_pause(open_workplace(data_dir), account, chat, purpose, paused=paused))
    if found is None:
        text = _("{account} makes no announcements there.")
        if purpose is Purpose.TALK:
            text = _("{account} was not asked to talk there.")
        typer.echo(text.format(account=account), err=True)
        raise typer.Exit(1)
    typer.echo(_in_words(found))


def _purpose(talk: bool) -> Purpose:
    return Purpose.TALK if talk else Purpose.ANNOUNCEMENTS


async def _latest(place: Workplace, purpose: Purpose) -> tuple[Subscription, ...]:
    async with _opened(place) as subscriptions:
        return await subscriptions.latest(purpose)


async def _add(place: Workplace, account: str, chat: int, patience: float) -> Subscription:
    async with _opened(place) as subscriptions:
        await subscriptions.begin(
            account,
            chat,
            Purpose.ANNOUNCEMENTS,
            title="",
            peer=peer_of(chat),
            by=None,
            at=SystemClock().now(),
            confirmed=False,
        )
        if not await _told(place):
            patience = 0.0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while True:
            found = await subscriptions.find(account, chat, Purpose.ANNOUNCEMENTS)
            assert found is not None  # noqa: S101 - it is there since `begin`
            if found.confirmed_at or found.ended_at or loop.time() > deadline:
                return found
            await asyncio.sleep(_LOOK)


async def _pause(
    place: Workplace, account: str, chat: str, purpose: Purpose, *, paused: bool
) -> Subscription | None:
    async with _opened(place) as subscriptions:
        for one in await subscriptions.open(purpose):
            if one.account == account and (one.chat == _number(chat) or one.title == chat):
                at = SystemClock().now() if paused else None
                await subscriptions.pause(account, one.chat, purpose, at)
                await _told(place)
                return await subscriptions.find(account, one.chat, purpose)
    return None


async def _told(place: Workplace) -> bool:
    """Have a running engine look at once; return False, and say why, if it does not."""
    sentence = await asyncio.to_thread(tell, place.directory, Part.SUBSCRIPTIONS)
    if sentence is not None:
        typer.echo(sentence, err=True)
    return sentence is None


@asynccontextmanager
async def _opened(place: Workplace) -> AsyncIterator[SubscriptionRecords]:
    async with open_database(place.directory, place.settings) as database:
        yield SubscriptionRecords(database)


def _require_bot(place: Workplace, account: str) -> None:
    if account not in {bot.name for bot in bots_from(place.settings, place.vault)}:
        raise typer.BadParameter(
            _("There is no bot called {account}: see “gavatcore accounts list”.").format(
                account=account
            )
        )


def _patience(place: Workplace) -> float:
    """Return how many seconds to wait for a running engine to ask Telegram; 0 if none runs."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold_data_directory(place.directory))
        except DataDirectoryInUseError:
            return _CHECK
    return 0.0


def _number(chat: str) -> int | None:
    try:
        return int(chat)
    except ValueError:
        return None


def _for_programs(one: Subscription) -> dict[str, Any]:
    hidden = {"id", "purpose", "peer_type", "peer_id", "peer_hash"}
    shown = {name: value for name, value in asdict(one).items() if name not in hidden}
    return shown | {"state": _state(one)}


def _row(one: Subscription) -> tuple[str, ...]:
    return (
        one.account,
        str(one.chat),
        one.title,
        _by(one),
        _moment(one.given_at),
        _moment(one.last_at) if one.last_at else _("none yet"),
        _words(one),
    )


def _by(one: Subscription) -> str:
    if one.given_by is None:
        return _("you")
    return str(one.given_by) if one.given_by else _("somebody whose data was deleted")


def _state(one: Subscription) -> str:
    if one.ended_at is not None:
        return "ended"
    if one.paused_at is not None:
        return "paused"
    return "on" if one.confirmed_at is not None else "unconfirmed"


def _words(one: Subscription) -> str:
    match _state(one):
        case "ended":
            return _("ended: {reason}").format(reason=_reason(one.reason or ""))
        case "paused":
            return _("paused by you")
        case "unconfirmed":
            return _("Telegram is asked when the engine runs")
        case _:
            return _("on")


def _reason(code: str) -> str:
    return {
        "unsubscribed": _("an administrator wanted it so"),
        "not_administrator": _("the account is no administrator there"),
        "demoted": _("the account is no administrator there any more"),
        "removed": _("the account was removed from the chat"),
        "silenced": _("the account may not write there any more"),
        "refused": _("Telegram takes no message for that chat"),
        "blocked": _("the account was blocked"),
        "replaced": _("an administrator took it over"),
        "moved": _("the chat is another one now"),
        ACCOUNT_REMOVED: _("the account was removed here"),
    }.get(code, code)


def _in_words(one: Subscription) -> str:
    where = one.title or str(one.chat)
    return _("{account} in {where}: {state}.").format(
        account=one.account, where=where, state=_words(one)
    )


def _moment(at: float) -> str:
    return f"{datetime.datetime.fromtimestamp(at, tz=datetime.UTC).astimezone():%Y-%m-%d %H:%M}"

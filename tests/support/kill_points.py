"""The named points at which an engine kills itself: methods wrapped from outside, for the tests."""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.bots import fleet
from engine.bots.bot import Bot
from engine.bots.fleet import Fleet
from engine.bots.limits import announcement_spacing, limits
from engine.bots.limits.pace import Allowance, Allowances
from engine.bots.unasked import poll, talk, talk_choice
from engine.settings import Preset
from engine.storage.announcements import Announcements
from engine.storage.database.sqlite import backend as sqlite
from engine.storage.messages.messages import Messages
from engine.telegram.client.client import AccountClient
from engine.telegram.sessions import file as session_file
from engine.telegram.sessions import session as telegram_session
from engine.telegram.sessions.session import AccountSession

Say = Callable[..., None]
Arm = Callable[["Fuse"], None]


class Fuse:
    """Kills the process when it is passed for the given time, after saying so."""

    def __init__(self, passages: int, say: Say) -> None:
        self._left = passages
        self._say = say

    def passed(self) -> bool:
        """Count a passage; True at the last, when the caller is to `blow`."""
        self._left -= 1
        return self._left == 0

    @property
    def spent(self) -> bool:
        return self._left <= 0

    def burn(self) -> None:
        if self.passed():
            self.blow()

    def blow(self) -> None:
        self._say(reached=True)
        os.kill(os.getpid(), signal.SIGKILL)


def _replace(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    """Put a wrapper in a method's or a function's place."""
    setattr(owner, name, wrap(getattr(owner, name)))


def _before(owner: Any, name: str) -> Arm:
    def arm(fuse: Fuse) -> None:
        def wrap(original: Any) -> Any:
            def wrapped(*arguments: Any, **options: Any) -> Any:
                fuse.burn()
                return original(*arguments, **options)

            return wrapped

        _replace(owner, name, wrap)

    return arm


def _after(owner: Any, *names: str) -> Arm:
    """After a function returned; `_after_awaiting` for one that is awaited."""

    def arm(fuse: Fuse) -> None:
        def wrap(original: Any) -> Any:
            def wrapped(*arguments: Any, **options: Any) -> Any:
                result = original(*arguments, **options)
                fuse.burn()
                return result

            return wrapped

        for name in names:
            _replace(owner, name, wrap)

    return arm


def _after_awaiting(owner: Any, *names: str) -> Arm:
    def arm(fuse: Fuse) -> None:
        def wrap(original: Any) -> Any:
            async def wrapped(*arguments: Any, **options: Any) -> Any:
                result = await original(*arguments, **options)
                fuse.burn()
                return result

            return wrapped

        for name in names:
            _replace(owner, name, wrap)

    return arm


def _while_sending(fuse: Fuse) -> None:
    """Die within 3 ms of the request: before it left, under way, or with the answer coming."""

    def wrap(original: Any) -> Any:
        async def send(*arguments: Any, **options: Any) -> None:
            if fuse.passed():
                asyncio.get_running_loop().call_later(random.uniform(0, 0.003), fuse.blow)
            await original(*arguments, **options)

        return send

    _replace(AccountClient, "send_message", wrap)


def _with_many_planned(fuse: Fuse) -> None:
    """Send nothing, so that answers pile up, and die when so many wait to be sent."""

    async def never(*arguments: Any, **options: Any) -> None:
        fuse.burn()
        await asyncio.get_running_loop().create_future()

    _replace(AccountClient, "send_message", lambda _: never)


def _in_session_transaction(fuse: Fuse) -> None:
    """Die with half of a transaction in the file: what a commit under way leaves, too."""

    def wrap(original: Any) -> Any:
        def write(database: sqlite3.Connection, *arguments: Any) -> None:
            if fuse.passed():
                database.execute("pragma cache_size = 1")  # changed pages go to the file at once
            original(database, *arguments)
            if fuse.spent:
                _write_half(database)
                fuse.blow()

        return write

    _replace(session_file, "_write", wrap)


def _write_half(database: sqlite3.Connection) -> None:
    """Change so much that the file is overwritten before any commit, its journal beside it."""
    file = Path(database.execute("pragma database_list").fetchone()[2])
    before = file.read_bytes()
    database.execute("update entities set name = name || hex(randomblob(500))")
    database.executemany(
        "insert into sent_files values (randomblob(16), ?, 0, 0, randomblob(800))",
        ((number,) for number in range(100)),
    )
    assert file.read_bytes() != before
    assert file.with_name(file.name + "-journal").stat().st_size


def _in_database_transaction(fuse: Fuse) -> None:
    def wrap(original: Any) -> Any:
        def commit(connection: sqlite3.Connection, bundles: Any, before_flush: Any) -> Any:
            if fuse.passed():
                connection.execute("pragma cache_size = 1")
                connection.execute("BEGIN IMMEDIATE")
                for bundle in bundles:
                    sqlite._together(connection, bundle)
                fuse.blow()
            return original(connection, bundles, before_flush)

        return commit

    _replace(sqlite, "_commit", wrap)


def _session_ahead(fuse: Fuse) -> None:
    """Have every session written while a message is on its way to the database, and die."""
    fleets: list[Fleet] = []

    def start(original: Any) -> Any:
        def started(running: Fleet, *arguments: Any) -> None:
            fleets.append(running)
            original(running, *arguments)

        return started

    def store(original: Any) -> Any:
        async def stored(*arguments: Any) -> Any:
            if fuse.passed():
                await fleets[0]._flush()
                fuse.blow()
            return await original(*arguments)

        return stored

    _replace(Fleet, "start", start)
    _replace(Messages, "store_incoming", store)


def _unarmed(_: Fuse) -> None:
    """Somebody else kills it."""


RANDOM = "at random"
MANY_PLANNED = "many answers stored, none sent"
POINTS: dict[str, Arm] = {
    RANDOM: _unarmed,
    "incoming not stored yet": _before(Messages, "store_incoming"),
    "not stored, session written": _session_ahead,
    "in a database transaction": _in_database_transaction,
    "incoming stored": _after_awaiting(Messages, "store_incoming"),
    "outbox stored": _after_awaiting(Messages, "plan"),
    "while sending": _while_sending,
    "sent, not marked": _after_awaiting(AccountClient, "send_message"),
    "marked": _after_awaiting(Messages, "sent"),
    "pts not remembered yet": _before(AccountSession, "remember"),
    "pts remembered": _after(AccountSession, "remember"),
    "session not written yet": _before(telegram_session, "write_session"),
    "in a session's transaction": _in_session_transaction,
    "session written": _after(telegram_session, "write_session"),
    MANY_PLANNED: _with_many_planned,
    "while resuming": _after_awaiting(Messages, "unsent", "unfinished_incoming"),
    "some bots online": _after_awaiting(Bot, "_log_in"),
}


def _in_a_round(arm: Arm) -> Arm:
    """A round's messages follow each other fast enough to die among them."""

    def arm_spaced(fuse: Fuse) -> None:
        spacing = announcement_spacing.Spacing(60.0, 60.0, 0.05, 0.1)
        announcement_spacing._SPACINGS[Preset.NORMAL] = spacing
        _replace(poll, "INTERVAL", lambda _: 0.05)
        arm(fuse)

    return arm_spaced


ANNOUNCEMENT_POINTS: dict[str, Arm] = {
    "announcement planned": _in_a_round(_after_awaiting(Announcements, "plan")),
    "announcement sent, not marked": _in_a_round(_after_awaiting(AccountClient, "send_message")),
}


def _in_talk(arm_point: Arm) -> Arm:
    """With moments instead of minutes."""

    def arm_talk(fuse: Fuse) -> None:
        _replace(poll, "INTERVAL", lambda _: 0.05)
        _replace(talk, "SPACING", lambda _: (0.1, 0.2))
        _replace(talk_choice, "THOUGHT", lambda _: 0.1)
        arm_point(fuse)

    return arm_talk


TALK_POINTS: dict[str, Arm] = {
    "remark planned": _in_talk(_after_awaiting(Messages, "plan")),
    "remark sent, not marked": _in_talk(_after_awaiting(AccountClient, "send_message")),
}


def arm(point: str, passages: int, flush_interval: float | None, say: Say) -> None:
    """Let this process die at the `passages`-th passage of `point`, and tell who is online."""

    def wrap(original: Any) -> Any:
        async def log_in(bot: Bot) -> AccountClient:
            client: AccountClient = await original(bot)
            say(online=bot.name)
            return client

        return log_in

    _replace(Bot, "_log_in", wrap)
    if flush_interval is not None:
        _replace(fleet, "_FLUSH_INTERVAL", lambda _: flush_interval)
    at_once = Allowance(1, 0.0)  # or few messages would be under way when it dies
    _replace(limits, "TELEGRAM", lambda _: Allowances(at_once, at_once, at_once))
    (POINTS | ANNOUNCEMENT_POINTS | TALK_POINTS)[point](Fuse(passages, say))

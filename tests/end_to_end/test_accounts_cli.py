"""`gavatcore accounts` and `gavatcore sessions` on a local Telegram."""

import asyncio
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from telethon.crypto import rsa
from telethon.sessions import SQLiteSession, StringSession

from engine.cli.app import main
from engine.clock import SystemClock
from engine.commands.pause_bot import PauseBot
from engine.simulator.client import LocalTelegram
from engine.storage.opening import open_database
from engine.storage.people.agreement import Moment
from engine.storage.people.consents import Consents, Purpose
from tests.support.command_line import CommandLine, command
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.local_telegram_clients import new_client

PHONE = "+90 555 000 00 01"

__all__ = ["command"]  # a fixture


async def test_a_bot_added_by_name_is_run_by_the_engine(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot = await telegram.add_bot("Ada")
    status, said = await command.run("accounts", "add", "support", enter=bot.token + "\n")
    assert status == 0, said
    assert said.endswith(f"support is logged in as {bot.username}.")
    assert bot.token not in said
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
        assert [state.name for state in engine.snapshot().bots] == ["support"]
        person = await telegram.add_person("Can")
        await telegram.write(person, bot, "hello")
        await telegram.wait_for("answered", 1)
        status, said = await command.run("accounts", "export", "support")
        assert (status, "in use by" in said) == (2, True)  # not while it runs
    assert (await telegram.ledger_summary()).logins == 1  # the engine went on with that login
    status, said = await command.run("accounts", "list")
    assert status == 0
    assert "logged in" in said
    assert "master.key, which only you can read" in said


class KeyChangedMeanwhile:
    """A pipe whose writer thinks until `rotate-key` has run elsewhere."""

    def __init__(self, directory: Path, answer: str) -> None:
        self._directory = directory
        self._answer = answer

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        assert main(["accounts", "rotate-key", f"--data-dir={self._directory}"]) == 0
        return f"{self._answer}\n"


async def test_a_bot_added_while_the_master_key_is_changed_runs_afterwards(
    command: CommandLine, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await telegram.add_bot("Ada"), await telegram.add_bot("Can")
    status, said = await command.run("accounts", "add", "first", enter=first.token + "\n")
    assert status == 0, said
    add = ["accounts", "add", "second", f"--data-dir={command.directory}"]
    monkeypatch.setattr(sys, "stdin", KeyChangedMeanwhile(command.directory, second.token))
    assert await asyncio.to_thread(main, add) == 0
    login = ["accounts", "login", "first", f"--data-dir={command.directory}"]
    monkeypatch.setattr(sys, "stdin", KeyChangedMeanwhile(command.directory, first.token))
    assert await asyncio.to_thread(main, login) == 0
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: len(bots) == 2 and all_online(bots))


async def test_a_wrong_token_is_one_sentence_and_leaves_nothing(command: CommandLine) -> None:
    wrong = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    status, said = await command.run("accounts", "add", "support", enter=wrong + "\n")
    assert status == 2
    assert said.splitlines()[-1] == (
        "gavatcore: The token is wrong: copy it again from @BotFather."
    )
    assert "support" not in (await command.run("accounts", "list"))[1]
    for token in ("nonsense", ""):
        status, said = await command.run("accounts", "add", "support", enter=token + "\n")
        assert status == 2
        assert len(said.splitlines()) == 1


async def test_a_person_logs_in_with_code_and_password(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    await telegram.add_person("Ada", phone=PHONE, password="open sesame")
    await log_in(command, telegram, "open sesame")
    session = command.directory / "sessions" / "ada.session"
    assert session.exists()
    assert "ada" in (await command.run("accounts", "list"))[1]
    # Logged in already: no code is asked for.
    status, said = await command.run("accounts", "login", "ada")
    assert (status, "is logged in as" in said) == (0, True)


class Pipe:
    """Standard input whose answers become known only when they are asked for."""

    def __init__(self, *answers: Callable[[], str]) -> None:
        self._answers = iter(answers)

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return next(self._answers)() + "\n"


def code_of(telegram: LocalTelegram) -> Callable[[], str]:
    """Asks the local Telegram, from the thread of a command, for the code it sent."""
    loop = asyncio.get_running_loop()
    return lambda: asyncio.run_coroutine_threadsafe(telegram.login_code(PHONE), loop).result(60)


async def log_in(command: CommandLine, telegram: LocalTelegram, password: str) -> None:
    pipe = Pipe(lambda: PHONE, code_of(telegram), lambda: password)
    command.patch.setattr(sys, "stdin", pipe)
    arguments = ["accounts", "login", "ada", f"--data-dir={command.directory}"]
    assert await asyncio.to_thread(main, arguments) == 0
    assert password not in "".join(command.capture.readouterr())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("code", "That code is wrong: enter the newest one that Telegram sent."),
        ("password", "That password is wrong."),
        ("phone", "Telegram has no account with that phone number."),
    ],
)
async def test_a_wrong_answer_is_one_sentence(
    command: CommandLine, telegram: LocalTelegram, wrong: str, sentence: str
) -> None:
    await telegram.add_person("Ada", phone=PHONE, password="open sesame")

    code = code_of(telegram)
    answers = {
        "phone": (lambda: "+1 555 1234567",),
        "code": (lambda: PHONE, lambda: f"{(int(code()) + 1) % 100_000:05}"),
        "password": (lambda: PHONE, code, lambda: "close sesame"),
    }
    command.patch.setattr(sys, "stdin", Pipe(*answers[wrong]))
    arguments = ["accounts", "add", "ada", "--user", f"--data-dir={command.directory}"]
    assert await asyncio.to_thread(main, arguments) == 2
    said = command.capture.readouterr().err.splitlines()
    assert said[-1] == f"gavatcore: {sentence}"
    assert not list((command.directory / "sessions").glob("*.session"))


async def test_plain_sessions_come_in_sealed_and_go_out_plain(
    command: CommandLine, telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    rsa.add_key(telegram.key_file.read_text(), old=False)
    plain = tmp_path / "elsewhere.session"
    client = new_client(telegram, SQLiteSession(str(plain)))
    await client.start(bot_token=bot.token)
    key, text = client.session.auth_key.key, StringSession.save(client.session)
    await client.disconnect()
    before = plain.read_bytes()

    status, said = await command.run("accounts", "import", "support", str(plain))
    assert (status, f"support is logged in as {bot.username}." in said) == (0, True), said
    assert plain.read_bytes() == before
    assert holding(command.directory, key) == []
    status, said = await command.run("accounts", "import", "again", enter=text + "\n")
    assert (status, "here already" in said) == (2, True), said
    assert not (command.directory / "sessions" / "again.session").exists()

    out = tmp_path / "out.session"
    status, said = await command.run("accounts", "export", "support", str(out))
    assert status == 0, said
    assert out.stat().st_mode & 0o077 == 0
    client = new_client(telegram, SQLiteSession(str(out)))
    await client.connect()
    assert (await client.get_me()).id == bot.id
    await client.disconnect()
    status, said = await command.run("accounts", "export", "support")
    assert said.splitlines()[0] == text
    assert (await command.run("accounts", "export", "support", str(out)))[0] == 2
    assert (await telegram.ledger_summary()).logins == 1


def holding(directory: Path, secret: bytes) -> list[Path]:
    return [f for f in directory.rglob("*") if f.is_file() and secret[:24] in f.read_bytes()]


async def test_rotating_the_key_keeps_every_login(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    await command.run("accounts", "api", enter="1\n" + "0" * 32 + "\n")
    before = (command.directory / "master.key").read_bytes()
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
    status, said = await command.run("accounts", "rotate-key")
    assert status == 0, said
    assert (command.directory / "master.key").read_bytes() != before
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
    assert (await telegram.ledger_summary()).logins == 1


async def test_a_removed_account_is_forgotten_and_its_session_set_aside(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    status, said = await command.run("accounts", "remove", "support", "--log-out")
    assert status == 0, said
    assert (await command.run("accounts", "remove", "support"))[0] == 2
    assert not list((command.directory / "sessions").glob("*.session"))
    assert len(list((command.directory / "sessions" / "set_aside").rglob("*.session"))) == 1
    assert await telegram.revoke(bot) == 0  # logged out already


async def test_what_was_agreed_with_a_removed_account_is_not_agreed_with_the_next_of_its_name(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    database = await open_database(
        None, command.directory, clock=SystemClock(), on_trouble=lambda _: None
    )
    consents = Consents(database)
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    await consents.give(42, "support", 42, Purpose.LLM, Moment(1.0))
    status, said = await command.run("accounts", "remove", "support")
    assert status == 0, said
    other = await telegram.add_bot("Bora")
    await command.run("accounts", "add", "support", enter=other.token + "\n")
    assert not await consents.is_given(42, "support", 42, Purpose.LLM)
    await database.close()


async def test_an_engine_that_removes_an_account_heeds_at_once_that_nothing_is_agreed_with_it(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
        consents = engine.services.policy
        await consents.give(42, "support", 42, Purpose.LLM)
        assert await consents.allows(42, "support", 42, Purpose.LLM)
        await engine.command(PauseBot("support"))
        await engine.enrolment.remove("support")
        assert not await consents.allows(42, "support", 42, Purpose.LLM)


async def test_sessions_are_listed_and_cleaned(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    assert (await command.run("sessions", "list"))[1] == "There are no sessions yet."
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    with closing(sqlite3.connect(command.directory / "sessions" / "plain.session")) as database:
        database.execute("create table sessions (auth_key blob)")
        database.execute("insert into sessions values (randomblob(256))")
        database.commit()
    status, said = await command.run("sessions", "list")
    assert status == 0
    rows = [re.split(r" {2,}", line.strip())[:3] for line in said.splitlines()[1:]]
    assert rows == [
        ["plain", "not in use", "not encrypted"],
        ["support", "not in use", "encrypted"],
    ]
    assert not (command.directory / "sessions" / "plain.session.lock").exists()
    status, said = await command.run("sessions", "clean")
    assert (status, said.splitlines()[-1]) == (0, "2 sessions checked.")
    (command.directory / "sessions" / "plain.session").write_bytes(b"SQLite format 3\0 torn")
    status, said = await command.run("sessions", "clean")
    assert status == 1
    assert "set aside: log in again" in said

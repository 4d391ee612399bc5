"""What is promised of people's data is so, for as many days as what deletes it has."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from telethon.tl import types

import resources
from engine.bots import phrases
from engine.bots.consent import kept_for
from engine.bots.consent.services import ConsentServices
from engine.bots.messages.command_replies import CommandReplies
from engine.gates import Gates
from engine.language import text_in
from engine.storage.database.database import Database
from engine.storage.llm_usage import LlmUsage, Reservation, Settlement
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.peer import Peer
from tests.support.clock import ManualClock
from tests.unit.bots.consenting import CLUB, World

ADA = 987_654_321
DAYS = 17


async def _connected() -> object:
    return types.User(1)


async def said(database: Database, clock: ManualClock, *texts: str) -> list[str]:
    """What a bot answers to each command."""
    messages = Messages(database)
    services = ConsentServices.build(
        database, Gates(), clock, messages=messages, retention_days=DAYS
    )
    replies = CommandReplies("anna", services, _connected, clock)  # type: ignore[arg-type]  # unused
    answers = []
    for number, text in enumerate(texts, 1):
        peer = Peer("user", ADA)
        incoming = IncomingMessage(
            "anna",
            ADA,
            number,
            ADA,
            False,
            ChatKind.DIRECT,
            text,
            False,
            peer,
            clock.now(),
            language="en",
        )
        await messages.store_incoming([incoming])
        answers.append(await replies.reply(incoming, {"anna"}) or "")
    return answers


@pytest.mark.parametrize("command", ["/privacy", "/forget", "/forget yes"])
async def test_how_long_copies_last_is_said_in_the_numbers_of_what_deletes_them(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(kept_for, "RETENTION", 41 * 86_400.0)
    monkeypatch.setattr(kept_for, "KEPT_UNNEEDED", 73 * 86_400.0)
    (answer,) = await said(database, clock, command)
    assert "backups" in answer
    numbers = set(map(int, re.findall(r"\d+", answer)))
    expected = {"/privacy": {41, 73, DAYS}, "/forget": {41}, "/forget yes": {41, DAYS}}
    assert expected[command] <= numbers
    assert numbers <= expected[command] | {0, 1}  # messages, answers and bots


@pytest.mark.parametrize("language", ["en", "tr"])
def test_no_number_of_days_is_written_into_a_sentence(language: str) -> None:
    texts = [text for name, text in vars(phrases).items() if name.isupper()]
    assert [text for text in texts if re.search(r"\d", text_in(language, text))] == []


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("name", ["PRIVACY", "FORGET_ASK", "FORGOTTEN"])
def test_backups_are_spoken_of_in_both_languages(name: str, language: str) -> None:
    assert "{backup_days}" in text_in(language, vars(phrases)[name])


async def test_what_language_models_took_for_a_person_is_shown_to_them(
    database: Database, clock: ManualClock
) -> None:
    usage = LlmUsage(database)
    await usage.reserve(Reservation(1, "2026-01-31", "anna", ADA, ADA, "groq", 9, 9, 0.1))
    await usage.settle([Settlement(1, 1, 70, 7, 0.1)])
    _, answer = await said(database, clock, "hello", "/mydata")
    assert "worded 1 answers for you, from 77 tokens" in answer


def test_the_manual_says_for_how_long_backups_are_kept() -> None:
    manual = Path(resources.__file__).parent.parent / "README.md"
    days = kept_for.kept_for(DAYS)["backup_days"]
    assert f"daily backups for {days} days" in manual.read_text("utf-8")


def _places(file: Path, person: int) -> Iterator[str]:
    """Every column in which a person's number stands."""
    with closing(sqlite3.connect(file)) as database:
        for (table,) in database.execute("select name from sqlite_master where type = 'table'"):
            rows = database.execute(f"select * from {table}")
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if re.search(rf"(?<!\d){person}(?!\d)", str(value)):
                        yield f"{table}.{name}"


def test_after_forgetting_a_persons_number_stands_only_for_the_chats_of_numbered_messages(
    template: Path, tmp_path: Path
) -> None:
    async def live() -> None:
        shutil.copy(template, tmp_path / FILE_NAME)
        world = await World.begin(tmp_path)
        for chat in (0, CLUB):
            await world.agree(ADA, chat, "anna")
            await world.write(ADA, chat, "anna")
            await world.decline(ADA, chat, "bora")
        figure = OperationMetric("answer", "2026-01-31", ADA, 1, 0, 0.1, 0.1)
        await OperationMetrics(world.database).add([figure])
        await world.answers()
        assert len(set(_places(tmp_path / FILE_NAME, ADA))) > 6
        await world.forget(ADA, "anna")
        await world.end()

    asyncio.run(live())
    left = set(_places(tmp_path / FILE_NAME, ADA))
    assert left == {"incoming.chat", "incoming.peer_id", "outgoing.chat", "outgoing.peer_id"}

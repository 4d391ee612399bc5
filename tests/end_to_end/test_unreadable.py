"""What is written in a layer this program does not know is passed over, and nobody waits for it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson, MessageRecord
from engine.simulator.world.state import NewerPart
from engine.watch.alert_kinds.messages_unreadable import MessagesUnreadable
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import answer_to
from tests.support.waiting import until


@dataclass(frozen=True)
class Scene:
    """Two people and a bot, in a direct chat each, a basic group and a supergroup."""

    telegram: LocalTelegram
    bot: LocalBot
    ada: LocalPerson
    bora: LocalPerson
    chats: tuple[LocalBot | LocalGroup, ...]

    async def write(
        self, person: LocalPerson, newer: NewerPart | None = None
    ) -> list[MessageRecord]:
        """The person writes in every chat."""
        return [
            await self.telegram.write(person, chat, f"@{self.bot.username} hello", newer=newer)
            for chat in self.chats
        ]

    async def answered(self, asked: list[MessageRecord]) -> None:
        await asyncio.gather(*(answer_to(self.telegram, one) for one in asked))


@pytest.fixture
async def scene(telegram: LocalTelegram) -> Scene:
    bot = await telegram.add_bot("Chess Club", privacy=False)
    ada, bora = await telegram.add_person("Ada"), await telegram.add_person("Bora")
    members: list[LocalBot | LocalPerson] = [ada, bora, bot]
    groups = [await telegram.add_group("Go", members, supergroup=kind) for kind in (True, False)]
    return Scene(telegram, bot, ada, bora, (bot, *groups))


async def _says_so(engine: Engine, count: int) -> None:
    def told() -> bool:
        figures = [one.figures for one in engine.snapshot().alerts]
        return any(isinstance(one, _UNREADABLE) and one.count == count for one in figures)

    await until(told, f"an alert of {count} unreadable")


_UNREADABLE = MessagesUnreadable
_NEWER = pytest.mark.parametrize("newer", list(NewerPart))


@_NEWER
async def test_what_came_around_an_unreadable_message_while_away_is_answered(
    scene: Scene, tmp_path: Path, newer: NewerPart
) -> None:
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await scene.answered(first := await scene.write(scene.ada))
    asked = await scene.write(scene.ada) + await scene.write(scene.bora)
    await scene.write(scene.ada, newer)
    await scene.write(scene.bora, newer)
    asked += await scene.write(scene.bora)
    await scene.write(scene.ada, newer)
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await scene.answered(asked)
        await _says_so(engine, 9)
        summary = await scene.telegram.ledger_summary()
    assert (summary.answered, summary.duplicated) == (len(first + asked), 0)


@_NEWER
async def test_what_comes_around_an_unreadable_message_is_answered_at_once(
    scene: Scene, tmp_path: Path, newer: NewerPart
) -> None:
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await scene.answered(await scene.write(scene.ada))
        connections = (await scene.telegram.ledger_summary()).connections
        _, *asked = await asyncio.gather(
            scene.write(scene.ada, newer), scene.write(scene.bora), scene.write(scene.ada)
        )
        await scene.answered([one for some in asked for one in some])
        await _says_so(engine, 3)
        summary = await scene.telegram.ledger_summary()
    assert (summary.connections, summary.duplicated) == (connections, 0)


async def test_a_server_that_ignores_limits_is_read_past_an_unreadable_message_too(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.telegram.ignore_limits()
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await scene.answered(await scene.write(scene.ada))
    asked = await scene.write(scene.ada)
    for _ in range(2):
        for gone in await scene.write(scene.ada):
            await scene.telegram.delete(gone)
    await scene.write(scene.ada, NewerPart.MESSAGE)
    asked += await scene.write(scene.bora)
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await scene.answered(asked)
        await _says_so(engine, 3)


async def test_somebody_whose_profile_cannot_be_read_is_answered(
    scene: Scene, tmp_path: Path
) -> None:
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await scene.answered(await scene.write(scene.bora))
        await scene.telegram.show_newer_profile(scene.ada)
        await scene.answered(await scene.write(scene.ada) + await scene.write(scene.bora))
    asked = await scene.write(scene.ada) + await scene.write(scene.bora)
    async with running_engine(scene.telegram, [scene.bot], tmp_path):
        await scene.answered(asked)


async def test_a_bot_whose_own_profile_and_server_cannot_be_read_logs_in_and_answers(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.telegram.show_newer_config()
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
    await scene.telegram.show_newer_profile(scene.bot)
    asked = await scene.write(scene.ada)
    async with running_engine(scene.telegram, [scene.bot], tmp_path) as engine:
        await scene.answered(asked)
        (bot,) = engine.snapshot().bots
    assert bot.username == scene.bot.username

"""Whom an answer quotes, and by which names a bot is called."""

from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from engine.simulator.world.records import LocalBot, LocalGroup, MessageRecord
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until_answered


@pytest.mark.parametrize("place", ["direct", "group", "supergroup"])
async def test_the_answer_to_a_message_that_was_deleted_meanwhile_is_sent_without_the_quote(
    telegram: LocalTelegram, tmp_path: Path, place: str
) -> None:
    bot, ada = await telegram.add_bot("Anna"), await telegram.add_person("Ada")
    there: LocalBot | LocalGroup = bot
    if place != "direct":
        supergroup = place == "supergroup"
        there = await telegram.add_group("Chess", [ada, bot], supergroup=supergroup)
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.add_fault(
            FaultKind.FLOOD_WAIT, method="messages.sendMessage", seconds=1, times=1
        )
        asked = await telegram.write(ada, there, f"@{bot.username} hello")
        await telegram.wait_for("floods", 1)
        await telegram.delete(asked)

        async def said() -> list[MessageRecord]:
            found = await telegram.messages(chat=asked.chat, sender=bot.id)
            return [one for one in found if one.text]

        (answer,) = await until_answered(said, "an answer")
    assert answer.reply_to == 0


async def test_a_bot_answers_to_all_its_usernames(telegram: LocalTelegram, tmp_path: Path) -> None:
    bot, ada = await telegram.add_bot("Anna"), await telegram.add_person("Ada")
    other = await telegram.add_bot("Bora")
    group = await telegram.add_group("Chess", [ada, bot, other])
    await telegram.add_username(bot, "GrandMaster")
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        help_ = await ask(telegram, ada, group, "/help@grandmaster")
        assert help_ == await ask(telegram, ada, group, f"/help@{bot.username}")
        await ask(telegram, ada, group, "is @GrandMaster here?")
        await ask(telegram, ada, bot, "/help@grandmaster")

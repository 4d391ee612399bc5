"""Group talk, on a local Telegram and a local provider: two bots and people who talk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.bots.connection.cause import Cause
from engine.bots.unasked import poll, talk, talk_choice, talk_pace
from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import BehaviourRule
from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson, MessageRecord
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until, until_answered, until_next_second

# What the provider says to the last message of a prompt that holds these words.
SCRIPT = {
    'from="bot 1">Gardens reward': "Patience helps, and so does a good book while seeds sprout.",
    'from="bot 1">Patience helps': "A radish is ready in a month, for those who have none.",
    'from="bot 1">': "Somebody said it well.",
    "tomatoes": "Gardens reward whoever waters in the morning.",
    "basil": "Basil likes warm feet; I would wait until the nights are mild.",
}


@pytest.fixture(autouse=True)
def _a_moment_instead_of_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "INTERVAL", 0.05)
    monkeypatch.setattr(talk_pace, "_HOUR", 60.0)
    monkeypatch.setattr(talk, "SPACING", (0.1, 0.2))
    monkeypatch.setattr(talk_choice, "THOUGHT", 0.1)
    monkeypatch.setattr(talk_choice, "_TO_A_BOT", 1.0)


@pytest.fixture
async def provider() -> AsyncIterator[LocalProvider]:
    async with LocalProvider() as running:
        for words, text in SCRIPT.items():
            await running.add_rule(BehaviourRule(containing=words, text=text))
        yield running


def settings(provider: LocalProvider, directory: Path) -> dict[str, object]:
    (directory / "providers.toml").write_text(
        f'[[provider]]\nname = "local"\nkind = "openai"\nmodel = "m"\nprompt_price = 1.0\n'
        f'completion_price = 1.0\nbase_url = "{provider.base_url}"\nmin_interval = 0.0\n'
    )
    return {
        "OPENAI_API_KEY": provider.api_key,
        "TALK_HOURLY_MINIMUM": 0,
        "TALK_HOURLY_MAXIMUM": 60,
    }


async def wish(
    telegram: LocalTelegram, person: LocalPerson, group: LocalGroup, *bots: LocalBot, words: str
) -> None:
    for bot in bots:
        command, _, rest = words.partition(" ")
        await ask(telegram, person, group, f"{command}@{bot.username} {rest}".strip())


async def remarks(
    telegram: LocalTelegram, group: LocalGroup, since: MessageRecord, *wanted: str
) -> list[MessageRecord]:
    """What the bots say after `since`, once all that is wanted is among it."""

    async def find() -> list[MessageRecord] | None:
        said = await telegram.messages(chat=group.id, since=since.uid)
        return said if {*wanted} <= {one.text for one in said} else None

    return await until_answered(find, f"remarks: {wanted}")


async def test_two_bots_talk_with_a_person_of_what_one_of_them_sees(
    telegram: LocalTelegram, provider: LocalProvider, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna", privacy=False)
    bora = await telegram.add_bot("Bora")
    ada = await telegram.add_person("Ada")
    group = await telegram.add_group("Garden", [ada, anna, bora])
    async with running_engine(
        telegram, [anna, bora], tmp_path, **settings(provider, tmp_path)
    ) as engine:
        await until_fleet(engine, all_online)
        await wish(telegram, ada, group, anna, words="/agree")
        await until_next_second()
        await wish(telegram, ada, group, anna, bora, words="/subscribe talk")
        asked = await telegram.write(ada, group, "when do you water tomatoes?")
        patience = SCRIPT['from="bot 1">Gardens reward']
        said = await remarks(telegram, group, asked, SCRIPT["tomatoes"], patience)
        asked_again = await telegram.write(ada, group, "and may the basil go out in May?")
        said += await remarks(telegram, group, asked_again, SCRIPT["basil"])
        await until(lambda: engine.snapshot().talk.sent >= 3, "remarks that are counted")
        figures = engine.snapshot()
        assert figures.talk.groups == 1
        assert all(bot.privacy_mode_in == () for bot in figures.bots)  # Anna sees enough for both
        await wish(telegram, ada, group, anna, bora, words="/unsubscribe talk")
        await until(lambda: engine.snapshot().talk.groups == 0, "a look at what is wanted")
        last = await telegram.write(ada, group, "and more of tomatoes?")
        for _ in range(3):  # meanwhile they would have spoken
            await ask(telegram, ada, anna, "/help")
    everything = await telegram.messages(chat=group.id)
    assert {one.sender for one in said} == {anna.id, bora.id}
    assert not [one for one in everything if one.uid > last.uid]
    answer = next(one for one in said if one.text == SCRIPT["tomatoes"])
    assert answer.reply_to == asked.uid
    assert next(one for one in said if one.text == SCRIPT["basil"]).reply_to == asked_again.uid
    follower = next(one for one in said if one.text.startswith("Patience"))
    assert follower.sender != answer.sender


async def test_the_window_says_which_bot_needs_privacy_mode_off(
    telegram: LocalTelegram, provider: LocalProvider, tmp_path: Path
) -> None:
    anna, bora = await telegram.add_bot("Anna"), await telegram.add_bot("Bora")
    ada = await telegram.add_person("Ada")
    wanting = await telegram.add_group("Garden", [ada, anna, bora])
    await telegram.add_group("Other", [ada, anna])
    async with running_engine(
        telegram, [anna, bora], tmp_path, **settings(provider, tmp_path)
    ) as engine:
        await until_fleet(engine, all_online)
        await wish(telegram, ada, wanting, bora, words="/subscribe talk")

        def unread() -> dict[str, tuple[str, ...]]:
            return {
                bot.name: bot.privacy_mode_in
                for bot in engine.snapshot().bots
                if bot.privacy_mode_in
            }

        await until(lambda: unread() == {str(bora.id): ("Garden",)}, "the bot that sees too little")
        state = next(bot for bot in engine.snapshot().bots if bot.privacy_mode_in)
        assert state.cause is Cause.PRIVACY_MODE
        await telegram.promote(wanting, bora)  # who leads a group sees all
        await ask(telegram, ada, wanting, f"/help@{bora.username}")
        await until(lambda: not unread(), "that it sees")

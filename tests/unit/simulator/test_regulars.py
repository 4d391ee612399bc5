"""Regulars: whom they write to, what they ask, and that they agree when a bot asks them."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

import pytest

from engine.replies.text.canonical import canonical
from engine.replies.text.likeness import normalise
from engine.simulator.people import regulars
from engine.simulator.people.regulars import Regulars, reworded
from engine.simulator.people.texts import ENGLISH_QUESTIONS, TURKISH_QUESTIONS, TURKISH_TEXTS
from engine.simulator.world.state import Account, Chat, Message, new_state
from engine.simulator.world.world import World

QUESTIONS = (*ENGLISH_QUESTIONS, *TURKISH_QUESTIONS)


@pytest.fixture(autouse=True)
def _nobody_hesitates(monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("_READING", "_DECIDING"):
        monkeypatch.setattr(regulars, pause, (0.0, 0.0))


def village(people: int = 20) -> tuple[World, Regulars]:
    world = World(new_state(), random_id_memory=60)
    for index in range(8):
        world.add_bot(f"Bot {index}")
    inhabitants = Regulars(world, random.Random(1))
    inhabitants.populate(people, 2)
    return world, inhabitants


def say(world: World, bot: Account, to: Account | Chat, text: str, reply_to: int = 0) -> None:
    random_id = len(world.state.messages) + 1
    world.send(bot, to, text, random_id=random_id, reply_to=reply_to)


def written(world: World, text: str) -> list[Message]:
    return [message for message in world.state.messages if message.text.startswith(text)]


async def all_thoughts_acted_on() -> None:
    """Timers that are due fire in the loop's next turn."""
    for _ in range(10):
        await asyncio.sleep(0)


def meaning(text: str) -> str:
    return canonical(text).removesuffix(" ?")


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():
            await asyncio.sleep(0)


async def test_most_people_agree_when_a_bot_asks_them_and_each_of_them_once() -> None:
    world, _ = village(40)
    bot = world.bots[0]
    for _round in range(2):
        for person in world.people:
            world.write(person, bot.id, "hm")
            say(world, bot, person, "May a model answer you? /agree")
        await all_thoughts_acted_on()
    agreed = Counter(message.sender for message in written(world, "/agree"))
    assert 28 <= len(agreed) <= 36
    assert set(agreed.values()) == {1}


async def test_in_a_group_who_was_asked_agrees_with_the_bot_by_name() -> None:
    world, _ = village()
    chat = next(chat for chat in world.state.chats.values() if chat.supergroup)
    bot = world.journal.bots_in(chat)[0]
    for member in [who for who in chat.members if not world.account(who).is_bot]:
        message = world.write(world.account(member), chat.marked, f"@{bot.username} hm")
        say(world, bot, chat, "May a model answer you? /agree", message.number)
    await until(lambda: bool(written(world, f"/agree@{bot.username}")))


async def test_nobody_agrees_unasked_or_once_told_to_fall_silent() -> None:
    world, people = village()
    bot, person = world.bots[0], world.people[0]
    world.write(person, bot.id, "hm")
    say(world, bot, person, "Hello!")
    for each in world.people:
        world.write(each, bot.id, "hm")
        say(world, bot, each, "May a model answer you? /agree")
    people.set_rate(0)
    await all_thoughts_acted_on()
    assert written(world, "/agree") == []


async def test_one_group_asks_for_announcements_another_for_talk_its_bot_can_hear() -> None:
    world, people = village()
    people.set_rate(1)
    await until(lambda: len(written(world, "/subscribe")) == 2)
    people.set_rate(2)
    announcements, talk = written(world, "/subscribe")
    assert not announcements.text.endswith("talk")
    assert talk.text.endswith("talk")
    assert announcements.chat != talk.chat
    for message in (announcements, talk):
        assert world.chat(message.chat).creator == message.sender
    name = talk.text.removeprefix("/subscribe@").removesuffix(" talk")
    bot = world.by_username(name)
    assert bot is not None
    assert world.chat(talk.chat).rank(bot.id).administers
    people.stop()


def test_they_keep_to_a_bot_and_to_their_language() -> None:
    world, people = village()
    for _ in range(2000):
        people.write_once()
    for person in world.people:
        direct = [m for m in world.state.messages if m.chat == person.id == m.sender]
        ((_, most),) = Counter(message.bot for message in direct).most_common(1)
        assert most > 0.6 * len(direct)
    ayse = world.people[0]
    assert ayse.name == "Ayşe"
    asked = {m.text for m in world.state.messages if m.chat == ayse.id == m.sender} - {"/start"}
    assert {meaning(text) for text in asked} <= {meaning(text) for text in TURKISH_TEXTS}


def test_a_few_questions_are_most_of_what_is_said() -> None:
    world, people = village()
    for _ in range(3000):
        people.write_once()
    common = {meaning(question) for question in QUESTIONS}
    said = [m.text for m in world.state.messages if m.chat > 0 and not m.text.startswith("/")]
    share = sum(meaning(text) in common for text in said) / len(said)
    assert share > 0.6


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_other_words_is_the_same_question_to_the_response_cache(
    question: str,
) -> None:
    chance = random.Random(2)
    wordings = {reworded(question, chance) for _ in range(60)}
    assert len({normalise(wording) for wording in wordings}) >= 3
    assert len({meaning(wording) for wording in wordings}) == 1

"""Scripted people: how often, to whom and what they write."""

import asyncio
import random
from collections import Counter

from engine.simulator.people.people import People
from engine.simulator.world.state import new_state
from engine.simulator.world.world import World


def _world(seed: int) -> tuple[World, People]:
    world = World(new_state(), random_id_memory=60)
    for index in range(6):
        world.add_bot(f"Bot {index}")
    people = People(world, random.Random(seed))
    people.populate(12, 3)
    return world, people


def _written(seed: int, count: int) -> World:
    world, people = _world(seed)
    for _ in range(count):
        people.write_once()
    return world


def test_the_same_seed_tells_the_same_story() -> None:
    texts = [[m.text for m in _written(seed, 200).state.messages] for seed in (1, 1, 2)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_a_person_says_start_before_anything_else_to_a_bot() -> None:
    first: dict[tuple[int, int], str] = {}
    for message in _written(3, 600).state.messages:
        if message.bot:
            first.setdefault((message.chat, message.bot), message.text)
    assert set(first.values()) == {"/start"}
    assert len(first) > 20


def test_half_of_what_is_said_in_groups_is_meant_for_a_bot() -> None:
    world = _written(4, 2000)
    spoken = [m for m in world.state.messages if m.chat < 0 and not m.action]
    addressed = sum(any(one.addressed for one in m.deliveries.values()) for m in spoken)
    assert 0.4 < addressed / len(spoken) < 0.6


def test_some_texts_are_common_and_many_are_new() -> None:
    _, people = _world(5)
    counts = Counter(people.text() for _ in range(3000))
    (_, most), *_ = counts.most_common(1)
    once = sum(1 for count in counts.values() if count == 1)
    assert most > 3000 / 15
    assert 0.1 < once / 3000 < 0.3


def test_every_bot_has_its_place_in_a_group() -> None:
    world, _ = _world(6)
    present = {member for chat in world.state.chats.values() for member in chat.members}
    assert {bot.id for bot in world.bots} <= present


async def test_people_fall_silent_when_the_rate_is_nought() -> None:
    world, people = _world(7)
    before = len(world.state.messages)
    people.set_rate(600_000)
    async with asyncio.timeout(60):
        while len(world.state.messages) < before + 50:
            await asyncio.sleep(0)
    people.set_rate(0)
    silent = len(world.state.messages)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(world.state.messages) == silent

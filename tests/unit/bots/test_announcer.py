"""Announcements: at a measured pace, only where they are wanted, and each once."""

from itertools import pairwise

import pytest

from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Maxima
from engine.gates import Gate
from engine.settings import Preset
from engine.storage.database.database import Database
from engine.storage.messages.messages import Messages
from engine.storage.people.consents import Purpose
from tests.unit.bots.announcing import POOL, STEP, Arrived, Scene

ONE, TWO, THREE = -101, -102, -103
HOUR = 3600.0


def rounds_of(arrived: list[Arrived]) -> list[list[Arrived]]:
    """Cut where more than a minute passed."""
    rounds = [[arrived[0]]]
    for before, after in pairwise(arrived):
        if after.at - before.at > 60:
            rounds.append([])
        rounds[-1].append(after)
    return rounds


@pytest.mark.parametrize(
    ("preset", "shortest", "longest"),
    [(Preset.NORMAL, 300, 600), (Preset.CONSERVATIVE, 600, 1200)],
)
async def test_rounds_are_minutes_apart_and_messages_seconds(
    database: Database, preset: Preset, shortest: float, longest: float
) -> None:
    scene = await Scene.begin(database, preset=preset)
    await scene.subscribe(ONE, TWO, THREE)
    await scene.passes(4 * HOUR)
    rounds = rounds_of(scene.telegram.arrived)
    assert len(rounds) >= 4 * HOUR / (longest + 60) - 1
    assert all(sorted(one.chat for one in own) == [THREE, TWO, ONE] for own in rounds)
    within = [after.at - before.at for own in rounds for before, after in pairwise(own)]
    assert min(within) >= 3
    assert max(within) <= 8
    between = [after[0].at - before[-1].at for before, after in pairwise(rounds)]
    assert shortest <= min(between)
    assert max(between) <= longest + STEP
    assert max(between) - min(between) > (longest - shortest) / 10  # spread over the interval


async def test_a_chat_never_hears_the_same_twice_in_a_row(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE, TWO)
    await scene.passes(5 * HOUR)
    for chat in (ONE, TWO):
        texts = [one.text for one in scene.telegram.arrived if one.chat == chat]
        assert len(texts) > 25
        assert all(before != after for before, after in pairwise(texts))
        assert set(texts) == {"one bora", "two", "three"}


async def test_only_chats_that_want_them_hear_announcements(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE, TWO, THREE)
    await scene.subscribe(-104, by=None, confirmed=False)  # the account leads nobody there
    await scene.subscriptions.pause("bora", TWO, Purpose.ANNOUNCEMENTS, scene.clock.now())
    await scene.end(THREE)
    await scene.passes(HOUR)
    assert set(scene.heard) == {ONE}
    figures = scene.announcer.stats()
    assert (figures.subscribed, figures.paused) == (1, 1)
    refused = await scene.subscriptions.find("bora", -104, Purpose.ANNOUNCEMENTS)
    assert refused is not None
    assert refused.reason == "not_administrator"


async def test_a_pause_and_its_end_take_effect_with_the_next_round(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    await scene.passes(HOUR)
    count = len(scene.heard)
    assert count > 4
    pause = scene.subscriptions.pause
    await pause("bora", ONE, Purpose.ANNOUNCEMENTS, scene.clock.now())
    await scene.passes(HOUR)
    assert len(scene.heard) == count
    await pause("bora", ONE, Purpose.ANNOUNCEMENTS, None)
    await scene.passes(HOUR)
    assert len(scene.heard) > count + 4


async def test_an_unsubscription_takes_effect_in_a_round_under_way(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE, TWO, THREE)
    others = {ONE, TWO, THREE}

    async def end_another() -> None:
        others.discard(scene.heard[-1])
        if len(scene.heard) == 1:
            await scene.end(max(others))

    scene.telegram.on_arrival = end_another
    await scene.passes(2 * HOUR)
    assert len(set(scene.heard)) == 2


async def test_what_was_planned_before_an_unsubscription_is_not_sent_after_it(
    database: Database,
) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    scene.speaker.on_plan = lambda: scene.end(ONE)
    await scene.passes(HOUR)
    assert len(scene.speaker.planned) == 1
    assert scene.heard == []
    assert await Messages(database).unsent("bora") == ()


async def test_rights_that_are_lost_between_two_messages_end_it(database: Database) -> None:
    scene = await Scene.begin(database)
    scene.telegram.leads = {ONE, TWO}
    await scene.subscribe(ONE, TWO, by=None, confirmed=False)
    scene.telegram.on_arrival = scene.telegram.leads.clear
    await scene.passes(2 * HOUR)
    assert len(scene.heard) == 1
    ended = await scene.subscriptions.latest(Purpose.ANNOUNCEMENTS)
    assert {one.reason for one in ended} == {"not_administrator"}
    assert {one.title for one in ended} == {"Group 101", "Group 102"}  # as Telegram calls them


async def test_a_restart_makes_no_round_come_earlier(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    while not scene.heard:
        await scene.passes(STEP)
    for _ in range(8):
        before = len(scene.heard)
        last = scene.telegram.arrived[-1].at
        while len(scene.heard) == before:
            await scene.restart()
            await scene.passes(60)
        assert 300 <= scene.telegram.arrived[-1].at - last <= 600 + 60


async def test_a_clock_that_is_set_back_silences_nobody(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    await scene.passes(HOUR)
    scene.clock.time -= 30 * 24 * HOUR
    await scene.restart()
    heard = len(scene.heard)
    await scene.passes(HOUR)
    assert len(scene.heard) > heard + 3


async def test_a_round_that_was_cut_short_is_finished_without_a_repetition(
    database: Database,
) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE, TWO, THREE)

    def die() -> None:
        raise ConnectionAbortedError

    scene.telegram.on_arrival = die
    while not scene.heard:
        await scene.announcer.begin_due_rounds()
        await scene.announcer.rounds_over()
        scene.clock.time += STEP
    scene.telegram.on_arrival = lambda: None
    scene.errors.clear()
    await scene.restart()
    await scene.passes(30)
    assert sorted(scene.heard) == [THREE, TWO, ONE]


async def test_nothing_is_said_while_the_gate_is_closed(database: Database) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE, TWO)
    scene.gates.close(Gate.ANNOUNCEMENTS, "test")
    await scene.passes(HOUR)
    assert scene.speaker.planned == []
    scene.gates.open(Gate.ANNOUNCEMENTS, "test")
    scene.speaker.on_plan = lambda: scene.gates.close(Gate.ANNOUNCEMENTS, "test")
    await scene.passes(HOUR)
    assert len(scene.speaker.planned) == 1  # it was closed when that had been planned
    assert scene.heard == []


async def test_nothing_is_planned_offline_or_while_telegram_asks_to_wait(
    database: Database,
) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    client, scene.speaker.client = scene.speaker.client, None
    await scene.passes(HOUR)
    scene.speaker.client = client
    await scene.limits.floods.keep("bora", SEND, 7200)
    await scene.passes(HOUR)
    assert scene.speaker.planned == []
    await scene.passes(2 * HOUR)
    assert scene.heard


async def test_the_operators_limits_hold(database: Database) -> None:
    scene = await Scene.begin(database, maxima=Maxima(bot_hourly=3, user_hourly=1))
    await scene.subscribe(ONE, TWO)
    await scene.passes(5 * HOUR)
    times = [one.at for one in scene.telegram.arrived]
    assert len(times) > 12
    assert all(later - earlier >= HOUR for earlier, later in zip(times, times[3:], strict=False))


async def test_an_announcement_that_is_late_is_dropped_before_the_next_round(
    database: Database,
) -> None:
    scene = await Scene.begin(database)
    await scene.subscribe(ONE)
    await scene.passes(HOUR)
    assert {one.expires_at - one.at for one in scene.speaker.planned} == {300.0}


def test_a_bots_own_texts_come_before_the_fallback() -> None:
    assert POOL.choose("anna", "en", "Anna", None) == "own text"
    assert POOL.choose("anna", "en", "Anna", "own text") in {"one Anna", "two", "three"}
    assert POOL.choose("bora", "tr", "Bora", "bir") == "iki"

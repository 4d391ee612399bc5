"""Group talk: where it is wanted, as much as is wanted, with those who agreed, and each once."""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Maxima
from engine.bots.limits.prime_hours import read_hours
from engine.bots.unasked.talk_choice import MOST_IN_A_ROW, THOUGHT, choose
from engine.bots.unasked.talk_pace import TalkRange
from engine.errors import SettingsError
from engine.gates import Gate
from engine.storage.database.database import Database
from engine.storage.messages.shared_history import SharedLine
from engine.storage.people.consents import Purpose
from tests.unit.bots.announcing import InstantClock
from tests.unit.bots.talking import ADA, CAN, CLUB, STEP, Scene, fullest_hour, open_database

HOUR = 3600.0
OTHER = -1_001_000_000_002


@pytest.fixture
def clock() -> InstantClock:
    return InstantClock()


@pytest.fixture
async def database(directory: Path, clock: InstantClock) -> AsyncIterator[Database]:
    database = await open_database(directory, clock)
    yield database
    await database.close()


@pytest.fixture
async def scene(database: Database, clock: InstantClock) -> Scene:
    """Two bots in a group that wants them to talk, and Ada, who agreed."""
    scene = await Scene.begin(database, clock)
    await scene.subscribe("anna", "bora")
    await scene.agree(ADA)
    return scene


async def test_where_nobody_asked_for_talk_there_is_silence(
    database: Database, clock: InstantClock
) -> None:
    scene = await Scene.begin(database, clock)
    await scene.agree(ADA)
    await scene.subscribe("anna", chat=OTHER)
    await scene.subscriptions.pause("anna", OTHER, Purpose.TALK, clock.now())
    await scene.converse(HOUR, every=120)
    await scene.write("hello", chat=OTHER)
    await scene.passes(HOUR)
    assert scene.words.wanted == []


async def test_only_the_bots_that_were_asked_to_join_in(scene: Scene) -> None:
    await scene.unsubscribe("anna")
    await scene.converse(HOUR, every=300)
    assert {one.bot for one in scene.said} == {"bora"}


async def test_bots_answer_a_person_and_each_other_and_then_wait_for_somebody(
    scene: Scene,
) -> None:
    number = await scene.write("what do you think of chess?")
    written = scene.clock.now()
    await scene.passes(3 * HOUR)
    first, second, *_ = scene.said
    assert first.reply_to == number
    assert THOUGHT <= first.at - written <= THOUGHT + 2 * STEP
    assert (second.bot, second.reply_to) != (first.bot, number)
    assert len(scene.said) == MOST_IN_A_ROW
    await scene.write("well?")
    await scene.passes(HOUR)
    assert len(scene.said) == 2 * MOST_IN_A_ROW


async def test_a_message_is_taken_up_by_one_bot(scene: Scene) -> None:
    await scene.converse(2 * HOUR, every=400)
    replies = [one.reply_to for one in scene.said if one.reply_to]
    assert len(replies) > 5
    assert len(set(replies)) == len(replies)
    speakers = [one.bot for one in scene.said]
    assert sum(before != after for before, after in pairwise(speakers)) > len(speakers) / 2


async def test_no_bot_says_more_in_an_hour_than_its_maximum(scene: Scene) -> None:
    await scene.restart(bounds=TalkRange(2, 5))
    await scene.converse(3 * HOUR, every=80)
    for bot in ("anna", "bora"):
        assert fullest_hour(scene.times(bot)) <= 5
        assert len(scene.times(bot)) >= 3 * 3  # in a lively group it makes good use of it
    gaps = [after - before for before, after in pairwise(scene.times("anna"))]
    assert max(gaps) - min(gaps) > 60  # by chance


async def test_every_bot_reaches_its_minimum_where_there_is_occasion(scene: Scene) -> None:
    await scene.restart(bounds=TalkRange(4, 12))
    began = scene.clock.now()
    await scene.converse(3 * HOUR, every=300, person=CAN)  # who did not agree
    for bot in ("anna", "bora"):
        times = scene.times(bot)
        for hour in range(3):
            assert sum(began + hour * HOUR <= at < began + (hour + 1) * HOUR for at in times) >= 4
        assert fullest_hour(times) <= 8  # no more than now and then
    assert all(one.answering is None or one.answering.bot for one in scene.words.wanted)


async def test_prime_hours_scale_what_a_bot_says(scene: Scene) -> None:
    hours = read_hours("8-10", "", "UTC", 3.0)  # the scene begins at 8:00
    await scene.restart(bounds=TalkRange(1, 3), maxima=Maxima(hours=hours))
    began = scene.clock.now()
    await scene.converse(5 * HOUR, every=150)
    prime = [at for at in scene.times("anna") if at < began + 2 * HOUR]
    others = [at for at in scene.times("anna") if at >= began + 3 * HOUR]
    assert fullest_hour(prime) <= 9
    assert fullest_hour(others) <= 3
    assert len(prime) > 1.5 * len(others) > 0


async def test_in_quiet_hours_nobody_talks(scene: Scene) -> None:
    hours = read_hours("", "8-10", "UTC", 1.0)
    await scene.restart(maxima=Maxima(hours=hours))
    began = scene.clock.now()
    await scene.converse(3 * HOUR, every=300)
    assert scene.said
    assert min(one.at for one in scene.said) >= began + 2 * HOUR
    assert len(scene.words.wanted) == len(scene.said)  # nor is a provider asked


@pytest.mark.parametrize("gate", [Gate.LLM_CALLS, Gate.ANNOUNCEMENTS])
async def test_behind_a_closed_gate_no_words_are_asked_for(scene: Scene, gate: Gate) -> None:
    scene.gates.close(gate, "test")
    await scene.converse(HOUR, every=300)
    assert scene.words.wanted == []
    scene.gates.open(gate, "test")
    await scene.passes(60)
    assert scene.said


async def test_without_a_provider_there_is_silence(scene: Scene) -> None:
    await scene.restart(providers=())
    await scene.converse(HOUR, every=300)
    assert scene.words.wanted == []


async def test_a_provider_that_fails_is_not_asked_again_and_again(scene: Scene) -> None:
    scene.words.has_words = False
    await scene.converse(HOUR, every=60)
    assert 0 < len(scene.words.wanted) <= 2 * TalkRange().maximum
    assert scene.talk.stats().speechless == len(scene.words.wanted)


async def test_only_what_agreeing_people_wrote_is_taken_up(scene: Scene) -> None:
    await scene.converse(HOUR, every=240, person=CAN)
    theirs = [one.answering for one in scene.words.wanted if one.answering]
    assert all(line.person is None for line in theirs)
    await scene.converse(HOUR, every=240)
    assert ADA in {one.answering.person for one in scene.words.wanted if one.answering}


async def test_what_is_meant_for_a_bot_is_left_to_it(scene: Scene) -> None:
    number = await scene.write("@anna what do you think?", left=None)
    await scene.passes(HOUR)
    assert number not in {one.reply_to for one in scene.said}


async def test_a_bot_that_sees_nothing_is_lent_what_another_sees(scene: Scene) -> None:
    await scene.unsubscribe("anna")
    number = await scene.write("what do you think of chess?", seen_by=["anna"])
    await scene.passes(60)
    assert [(one.bot, one.reply_to) for one in scene.said] == [("bora", number)]


async def test_in_a_basic_group_a_message_is_named_only_as_the_bot_knows_it(scene: Scene) -> None:
    basic = -77
    await scene.restart(bounds=TalkRange(0, 60))
    await scene.agree(ADA, chat=basic)
    scene.clock.time += 1  # within one second nothing there tells what came first
    await scene.subscribe("bora", chat=basic)
    await scene.write("what do you think of chess?", seen_by=["anna"], chat=basic)
    await scene.passes(60)
    number = await scene.write("and of go?", seen_by=["bora"], chat=basic)
    await scene.passes(HOUR)
    assert [one.reply_to for one in scene.said if one.chat == basic][:2] == [None, number]


@pytest.mark.parametrize("at", ["while words are sought", "when it is planned"])
async def test_an_unsubscription_takes_effect_at_once(scene: Scene, at: str) -> None:
    async def end() -> None:
        for bot in ("anna", "bora"):
            await scene.unsubscribe(bot)

    if at == "when it is planned":
        for bot in scene.bots.values():
            bot.before_sending = end
    else:
        scene.words.meanwhile = end
    await scene.converse(HOUR, every=300)
    assert len(scene.words.wanted) == 1
    assert scene.said == []


async def test_what_was_said_before_its_writer_agreed_or_while_declined_is_not_taken_up(
    scene: Scene,
) -> None:
    await scene.restart(bounds=TalkRange(0, 60))
    await scene.write("what of chess, before I agreed?", person=CAN)
    await scene.agree(CAN)
    await scene.decline(CAN)
    await scene.write("what of chess, while I declined?", person=CAN)
    await scene.agree(CAN)
    await scene.passes(300)
    assert all(one.answering is None or one.answering.person is None for one in scene.words.wanted)
    await scene.write("and what of chess now?", person=CAN)
    await scene.passes(300)
    taken_up = [one.answering.text for one in scene.words.wanted if one.answering]
    assert "and what of chess now?" in taken_up


@pytest.mark.parametrize("how", ["declines", "another declines", "forgotten", "gate"])
async def test_words_are_dropped_when_what_they_stood_on_is_gone(scene: Scene, how: str) -> None:
    async def change() -> None:
        if how == "declines":
            await scene.decline(ADA)
        elif how == "another declines":
            await scene.decline(CAN)
        elif how == "gate":
            scene.gates.close(Gate.ANNOUNCEMENTS, "test")
        else:
            monkeyed: Any = scene.services.privacy
            monkeyed.is_forgotten = lambda person, _row: person == ADA

    scene.words.meanwhile = change
    await scene.agree(CAN)
    await scene.write("I prefer chess", person=CAN)
    await scene.write("what do you think of chess?")
    await scene.passes(30)
    assert len(scene.words.wanted) == 1
    assert scene.said == []


async def test_nothing_is_said_offline_or_while_telegram_asks_to_wait(scene: Scene) -> None:
    scene.bots["anna"].client = None
    await scene.limits.floods.keep("bora", SEND, HOUR, CLUB)  # as in a group with slow mode
    await scene.converse(HOUR, every=300)
    assert scene.words.wanted == []
    await scene.converse(HOUR, every=300)
    assert {one.bot for one in scene.said} == {"bora"}


async def test_the_hours_count_outlives_the_process(scene: Scene) -> None:
    for _ in range(12):
        await scene.restart(bounds=TalkRange(2, 4))
        await scene.converse(900, every=60)
    for bot in ("anna", "bora"):
        assert fullest_hour(scene.times(bot)) <= 4
        assert len(scene.times(bot)) >= 6


async def test_the_limit_a_minute_over_all_bots_holds(scene: Scene) -> None:
    await scene.restart(bounds=TalkRange(0, 60), maxima=Maxima(per_minute=1))
    await scene.converse(HOUR / 2, every=40)
    assert len(scene.said) > 5
    assert all(after.at - before.at >= 60 for before, after in pairwise(scene.said))
    assert len(scene.words.wanted) == len(scene.said)  # a refused remark costs nothing


def test_an_interested_bot_speaks_more_often() -> None:
    asked = SharedLine(0.0, "what do you think of chess?", person=ADA)

    def is_interested(bot: str, texts: Sequence[str]) -> bool:
        return bot == "bora" and texts == [asked.text]

    chosen = [choose(("anna", "bora"), [asked], [asked], 60.0, is_interested) for _ in range(400)]
    speakers = [one.bot for one in chosen]
    assert speakers.count("bora") > 2 * speakers.count("anna") > 0


def test_a_bot_lets_another_speak_and_a_message_is_thought_about() -> None:
    older, newer = (SharedLine(at, "and go?", person=ADA) for at in (50.0, 59.0))
    remark = SharedLine(58.0, "it is old", bot="anna", is_remark=True)
    lines, waiting = (older, remark, newer), (newer, older)
    for _ in range(30):
        chosen = choose(("anna", "bora"), lines, waiting, 60.0, lambda _bot, _texts: False)
        assert (chosen.bot, chosen.answering) == ("bora", older)
        alone = choose(("anna",), lines[:2], (), 60.0, lambda _bot, _texts: False)
        assert (alone.bot, alone.answering) == ("anna", None)  # it answers itself never


async def test_one_bot_is_asked_to_see_where_none_of_them_does(scene: Scene) -> None:
    anna, bora = scene.bots["anna"], scene.bots["bora"]
    anna.sights[CLUB] = bora.sights[CLUB] = False
    await scene.talk.begin_due_remarks()
    assert (anna.privacy_mode_in, bora.privacy_mode_in) == ((f"Group {CLUB}",), ())
    bora.sights[CLUB] = True
    await scene.talk.begin_due_remarks()
    assert anna.privacy_mode_in == ()
    bora.sights[CLUB] = False
    for bot in scene.bots:
        await scene.unsubscribe(bot)
    await scene.talk.begin_due_remarks()
    assert anna.privacy_mode_in == ()


def test_a_minimum_above_the_maximum_is_refused() -> None:
    with pytest.raises(SettingsError, match="TALK_HOURLY_MINIMUM"):
        TalkRange(5, 4)

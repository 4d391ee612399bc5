"""No word goes to a provider that was written without consent, whoever did what in which order."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.storage.locations.by_url import FILE_NAME
from tests.unit.bots.consenting import ADA, BASIC, BOTS, CAN, CLUB, World

HERE = 0  # the person's own chat with the bot

Step = tuple[Any, ...]
"""A method of `World`, and what it is given."""

_person, _bot = st.sampled_from((ADA, CAN)), st.sampled_from(BOTS)
_chat = st.sampled_from((HERE, CLUB, BASIC))
_write = st.tuples(st.just("write"), _person, _chat, _bot, st.integers(0, 2), st.just(False))
_agree = st.tuples(st.just("agree"), _person, _chat, _bot)
_anything = st.one_of(
    _write,
    _write,
    _agree,
    st.tuples(st.just("write"), _person, _chat, _bot, st.just(2), st.just(True)),
    st.tuples(st.just("decline"), _person, _chat, _bot),
    st.tuples(st.sampled_from(("forget", "ask_for_data")), _person, _bot),
    st.tuples(st.sampled_from(("talk", "hold", "hand_over")), _bot),
    st.tuples(st.just("passes"), st.sampled_from((0.4, 1.0, 30.0))),
    st.tuples(st.sampled_from(("answers", "restart"))),
)
_steps = st.tuples(
    st.lists(_agree, min_size=1, max_size=4), st.lists(_anything, min_size=8, max_size=30)
)


def play(template: Path, *steps: Step) -> World:
    async def go(directory: Path) -> World:
        shutil.copy(template, directory / FILE_NAME)
        world = await World.begin(directory)
        try:
            for what, *how in steps:
                await getattr(world, what)(*how)
        finally:
            await world.end()
        return world

    with tempfile.TemporaryDirectory() as directory:
        return asyncio.run(go(Path(directory)))


def shown(world: World) -> str:
    """All that the provider ever saw."""
    assert world.violations == []
    assert world.errors == []
    return "\n".join(world.prompts)


@settings(max_examples=25)
@given(steps=_steps)
def test_no_word_written_without_consent_at_its_time_ever_reaches_a_provider(
    template: Path, steps: Sequence[Sequence[Step]]
) -> None:
    shown(play(template, *steps[0], *steps[1]))


def said(chat: int = HERE, bot: str = "anna", person: int = ADA, sentence: int = 1) -> Step:
    """A message that leans on what was said before."""
    return "write", person, chat, bot, sentence


def marks(world: World) -> list[bool]:
    """Of each message whether its own word was ever shown."""
    prompts = shown(world)
    return [mark in prompts for mark in world.written]


AGREE, DECLINE = ("agree", ADA, HERE, "anna"), ("decline", ADA, HERE, "anna")
SECOND, ANSWERS = ("passes", 1.0), ("answers",)


@pytest.mark.parametrize("end", [(), (("restart",),)], ids=["in one run", "over a restart"])
def test_what_was_written_before_agreeing_or_while_declined_stays_out_for_good(
    template: Path, end: tuple[Step, ...]
) -> None:
    steps = (said(), AGREE, said(), DECLINE, said(sentence=0), AGREE, *end, said(), ANSWERS, said())
    with_time = [one for step in steps for one in (step, ANSWERS, SECOND)]
    assert marks(play(template, *with_time)) == [False, True, False, True, True]
    in_one_second = marks(play(template, *steps))
    assert (in_one_second[0], in_one_second[2:]) == (False, [False, True, True])


@pytest.mark.parametrize("chat", [CLUB, BASIC])
def test_a_message_that_waited_is_judged_by_when_it_was_written(template: Path, chat: int) -> None:
    world = play(
        template,
        ("hold", "bora"),
        said(chat, "bora"),
        SECOND,
        ("agree", ADA, chat, "anna"),
        SECOND,
        said(chat, "bora"),
        ANSWERS,
        ("hand_over", "bora"),
    )
    assert marks(world) == [False, True]


def test_where_numbers_do_not_tell_the_second_of_a_change_counts_as_without_consent(
    template: Path,
) -> None:
    found = {
        chat: marks(play(template, ("agree", ADA, chat, "anna"), said(chat), SECOND, said(chat)))
        for chat in (BASIC, CLUB)
    }
    assert found == {BASIC: [False, True], CLUB: [True, True]}


def test_a_consent_taken_back_in_a_later_message_never_stands_though_heard_of_last(
    template: Path,
) -> None:
    world = play(
        template,
        ("hold", "anna"),
        ("agree", ADA, CLUB, "anna"),
        SECOND,
        ("decline", ADA, CLUB, "bora"),
        ANSWERS,
        ("hand_over", "anna"),
        ANSWERS,
        SECOND,
        said(CLUB, "bora"),
    )
    assert marks(world) == [False]


def test_who_declines_is_read_no_more_before_the_answer_to_that_has_its_turn(
    template: Path,
) -> None:
    agree = ("agree", ADA, CLUB, "anna")
    decline = ("decline", ADA, CLUB, "anna")
    busy = [said(CLUB, "anna", person=CAN) for _ in range(5)]  # before it in anna's line
    world = play(template, agree, ANSWERS, SECOND, *busy, decline, said(CLUB, "bora"), ANSWERS)
    assert marks(world)[-1] is False


def test_a_withdrawal_too_old_to_be_answered_counts(template: Path) -> None:
    world = play(
        template,
        AGREE,
        ANSWERS,
        SECOND,
        ("hold", "anna"),
        DECLINE,
        ("passes", 7_200.0),
        ("hand_over", "anna"),
        said(),
    )
    assert marks(world) == [False]


def test_what_a_bot_says_of_a_persons_data_is_no_conversation(template: Path) -> None:
    data = ("ask_for_data", ADA, "anna")
    steps = (said(), AGREE, ANSWERS, SECOND, data, ANSWERS, SECOND, said(), ANSWERS)
    assert marks(play(template, *steps)) == [False, True]


def test_what_somebody_passes_on_is_not_theirs_to_agree_to(template: Path) -> None:
    passed_on = ("write", ADA, HERE, "anna", 2, True)
    steps = (AGREE, ANSWERS, SECOND, passed_on, ANSWERS, SECOND, said(), ANSWERS, ("restart",))
    assert marks(play(template, *steps, said())) == [False, True, True]


@pytest.mark.parametrize("chat", [HERE, CLUB])
def test_an_agreement_passed_on_is_nobodys_consent(template: Path, chat: int) -> None:
    passed_on = ("pass_on", ADA, chat, "anna", "agree@anna")
    assert marks(play(template, passed_on, ANSWERS, SECOND, said(chat), ANSWERS)) == [False]


def test_a_wish_to_be_forgotten_passed_on_deletes_nothing(template: Path) -> None:
    passed_on = ("pass_on", ADA, HERE, "anna", "forget@anna yes")
    steps = (AGREE, ANSWERS, SECOND, said(), ANSWERS, passed_on, ANSWERS, SECOND, said())
    world = play(template, *steps, ANSWERS)
    assert marks(world) == [True, True]
    assert next(iter(world.written)) in world.prompts[-1]


def test_who_signs_as_the_group_cannot_agree_for_others_who_do(template: Path) -> None:
    steps = (("agree", CLUB, CLUB, "anna"), ANSWERS, SECOND, said(CLUB, person=CLUB), ANSWERS)
    assert marks(play(template, *steps)) == [False]


@pytest.mark.parametrize("how", ["decline", "forget"])
def test_answers_to_others_that_may_repeat_somebody_go_when_they_take_consent_back(
    template: Path, how: str
) -> None:
    agree = (("agree", ADA, CLUB, "anna"), ("agree", CAN, CLUB, "anna"), ANSWERS, SECOND)
    repeated = (said(CLUB), ANSWERS, SECOND, said(CLUB, person=CAN), ANSWERS, SECOND)
    end = ("decline", ADA, CLUB, "anna") if how == "decline" else ("forget", ADA, "anna")
    world = play(template, *agree, *repeated, end, ANSWERS, SECOND, said(CLUB, person=CAN))
    assert marks(world) == [True, True, True]
    own = next(iter(world.written))
    assert own in world.prompts[-2]  # repeated by the bot
    assert own not in world.prompts[-1]

"""Remarks of a bot's own accord: what a provider sees for them, and what is said then."""

from collections.abc import Sequence

from engine.gates import Gate
from engine.replies.completion import Role
from engine.replies.reply_context import ReplyRequest
from engine.storage.messages.shared_history import SharedLine
from engine.storage.people.agreement import Wrote
from tests.support.scripted_replies import MARKET_WATCHER, Stage, people, system

CHAT = -5
WORDS = "Fees eat small trades; I wait for quiet hours."


async def remark(
    stage: Stage,
    *lines: SharedLine,
    answering: SharedLine | None = None,
    bot: str = "anna",
    chat: int = CHAT,
) -> str | None:
    text = answering.text if answering else " ".join(line.text for line in lines)
    asked = ReplyRequest(bot, "Anna", MARKET_WATCHER, chat, 0, 0, text)
    return await stage.pipeline.remark(asked, lines, answering)


def person(text: str, number: int = 1) -> SharedLine:
    return SharedLine(0.0, text, person=number)


def bot(text: str, name: str, answers: int | None = None) -> SharedLine:
    asked = None if answers is None else Wrote(answers, 0.0)
    return SharedLine(0.0, text, bot=name, is_remark=answers is None, answers=asked)


async def test_it_speaks_of_what_the_group_speaks_of_and_on_nobodys_account() -> None:
    stage = Stage(lambda _: WORDS)
    assert await remark(stage, person("the fees are mad today")) == WORDS
    assert "The talk is of: fees and networks" in system(stage.provider.prompts[0])
    (requester,) = stage.provider.requesters
    assert (requester.bot, requester.chat, requester.person) == ("anna", CHAT, 0)


async def test_a_provider_sees_only_those_who_agreed_and_who_they_were_answered_by() -> None:
    stage = Stage(lambda _: WORDS)
    lines: Sequence[SharedLine] = (
        person("fees are high, says one who agreed", 1),
        person("a word of one who did not", 9),
        bot("an answer to that one", "bora", answers=9),
        person("/mydata", 1),
        bot("fees again, says bora", "bora"),
        bot("fees once more, says anna", "anna"),
    )
    await remark(stage, *lines)
    (prompt,) = stage.provider.prompts
    said = people(prompt)
    assert "says one who agreed" in said
    assert '<message from="bot 1">fees again, says bora</message>' in said
    assert prompt.turns[-1].role is Role.ASSISTANT
    for hidden in ("did not", "answer to that one", "mydata"):
        assert hidden not in said


async def test_what_bots_say_is_nobodys_secret_elsewhere() -> None:
    stage = Stage(lambda _: WORDS)
    await remark(stage, person("what do you all think"), bot(WORDS, "bora"), chat=CHAT - 1)
    assert await remark(stage, person("what do you all think")) == WORDS


async def test_what_is_taken_up_comes_last_and_only_if_its_writer_agreed() -> None:
    stage = Stage(lambda _: WORDS)
    asked, refused = person("what of fees on small trades?"), person("and of mine?", 9)
    lines = (asked, refused, bot("whatever you say", "bora"))
    assert await remark(stage, *lines, answering=refused) is None
    assert stage.provider.prompts == []
    await remark(stage, *lines, answering=asked)
    assert asked.text in stage.provider.prompts[0].turns[-1].text
    assert "take up the last message" in system(stage.provider.prompts[0])


async def test_where_nobody_agreed_it_speaks_of_its_own_topic_alone() -> None:
    stage = Stage(lambda _: WORDS)
    assert await remark(stage, person("the fees are mad today", 9)) == WORDS
    (prompt,) = stage.provider.prompts
    assert "mad today" not in people(prompt)
    assert "The talk is of: " in system(prompt)


async def test_what_it_says_of_its_own_topic_another_group_may_hear_too() -> None:
    stage = Stage(  # in the persona's language, where nobody else spoke
        lambda _: f"Ağ ücretleri {len(stage.provider.prompts)} gündür yüksek, ben bekliyorum."
    )
    heard: set[str | None] = set()
    for chat in range(-50, 0):
        heard.add(await remark(stage, chat=chat))
    assert None not in heard
    assert len(stage.provider.prompts) == len(heard) < 20  # one for each of its topics
    before = len(stage.provider.prompts)
    await remark(stage, person("ağ ücretleri bugün çok yüksek"))
    assert len(stage.provider.prompts) > before  # with words of people it is shared with none


async def test_what_any_bot_of_the_group_said_lately_is_not_said_again() -> None:
    stage = Stage(lambda _: WORDS)
    lines = (person("the fees are mad today"), bot(WORDS, "bora"))
    assert await remark(stage, *lines) is None
    assert await remark(stage, lines[0]) == WORDS


async def test_in_emergency_mode_and_without_a_provider_it_says_nothing() -> None:
    stage = Stage(lambda _: WORDS)
    stage.gates.close(Gate.LLM_CALLS, "test")
    assert await remark(stage) is None
    stage.gates.open(Gate.LLM_CALLS, "test")
    stage.providers = ()
    assert await remark(stage) is None
    assert stage.provider.prompts == []

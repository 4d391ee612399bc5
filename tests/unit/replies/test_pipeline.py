"""Every message gets an answer, by the shortest way that suits it."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.gates import Gate
from engine.replies.completion import Completion, NoCompletionError, Prompt, Refusal
from engine.replies.personas.persona import Persona
from engine.replies.pipeline import WAIT
from engine.replies.reply_context import ReplyRequest
from engine.replies.stats import Source
from engine.storage.people.agreement import Moment, Span, Wrote
from tests.support.scripted_replies import MARKET_WATCHER, Stage, answer, line, people, system

QUESTION = "Why does volatility rise at night?"
GOOD = "Because fewer people trade then, and each order weighs more."


def numbered() -> Callable[[Prompt], str]:
    numbers = itertools.count(1)
    subjects = ("orders", "bridges", "mountains", "letters", "gardens", "engines", "rivers")
    return lambda _: (
        f"There are {next(numbers)} reasons; {subjects[next(numbers) % 7]} are among them."
    )


async def test_small_talk_is_answered_in_the_personas_voice_without_a_call() -> None:
    stage = Stage(lambda _: GOOD)
    answers = {await stage.ask("Selam", chat=chat) for chat in range(60)}
    assert answers <= set(MARKET_WATCHER.small_talk["greeting"].tr)
    assert len(answers) > 1
    assert not stage.provider.prompts


async def test_a_question_goes_to_the_provider_and_its_answer_comes_back() -> None:
    stage = Stage(lambda _: GOOD)
    assert await stage.ask(QUESTION) == GOOD
    assert stage.pipeline.stats().sources == {Source.GENERATED: 1}


async def test_the_same_and_a_like_question_of_another_chat_come_from_the_cache() -> None:
    stage = Stage(lambda _: GOOD)
    await stage.ask(QUESTION, chat=1)
    assert await stage.ask(QUESTION.upper(), chat=2) == GOOD
    assert await stage.ask("please, why does volatility rise at night?!", chat=3) == GOOD
    figures = stage.pipeline.stats()
    assert (figures.calls, figures.cache_hits, figures.cache_misses) == (1, 2, 1)
    assert figures.sources[Source.EXACT] == figures.sources[Source.NEAR] == 1
    assert figures.hit_ratio == pytest.approx(2 / 3)


async def test_the_opposite_question_is_asked_anew() -> None:
    stage = Stage(numbered())
    await stage.ask("Why does volatility rise at night?", chat=1)
    await stage.ask("Why does volatility not rise at night?", chat=2)
    assert len(stage.provider.prompts) == 2


async def test_a_chat_hears_another_answer_to_the_same_question_and_others_hear_either() -> None:
    stage = Stage(numbered())
    first = await stage.ask(QUESTION, chat=1)
    second = await stage.ask(QUESTION, chat=1)
    assert first != second
    assert {await stage.ask(QUESTION, chat=chat) for chat in range(2, 40)} == {first, second}
    assert len(stage.provider.prompts) == 2


async def test_cached_answers_live_for_five_minutes() -> None:
    stage = Stage(numbered())
    await stage.ask(QUESTION, chat=1)
    stage.clock.advance(299)
    await stage.ask(QUESTION, chat=2)
    assert len(stage.provider.prompts) == 1
    stage.clock.advance(2)
    await stage.ask(QUESTION, chat=3)
    assert len(stage.provider.prompts) == 2


async def test_a_newer_answer_does_not_lengthen_the_life_of_an_older_one() -> None:
    stage = Stage(numbered())
    await stage.ask(QUESTION, chat=1)
    stage.clock.advance(200)
    newer = await stage.ask(QUESTION, chat=1)
    stage.clock.advance(101)
    assert {await stage.ask(QUESTION, chat=chat) for chat in range(2, 20)} == {newer}


@pytest.mark.parametrize("text", ["and what about that?", "What is my name?", "Neden öyle dedin?"])
async def test_what_leans_on_its_chat_is_shared_with_nobody(text: str) -> None:
    stage = Stage(lambda _: GOOD if "English only" in system(_) else "Çünkü geceleri hacim düşük.")
    await stage.ask(text, chat=1)
    await stage.ask(text, chat=2)
    assert len(stage.provider.prompts) == 2
    assert not stage.store.entries


class Remembering:
    """Keeps what it is told, and recalls one thing of everybody."""

    def __init__(self) -> None:
        self.noticed: list[str] = []

    async def recall(self, account: str, person: int, question: str) -> list[str]:
        return ["likes rowing"]

    async def notice(self, account: str, chat: int, wrote: Wrote, text: str) -> int:
        self.noticed.append(text)
        return 1


class Forgetting(Remembering):
    """Has lost its database."""

    async def recall(self, account: str, person: int, question: str) -> list[str]:
        raise OSError("no database")

    async def notice(self, account: str, chat: int, wrote: Wrote, text: str) -> int:
        raise OSError("no database")


async def test_what_people_who_agreed_say_is_remembered_and_small_talk_is_not() -> None:
    memory = Remembering()
    stage = Stage(lambda _: GOOD, memory=memory, agreed={1})
    await stage.ask("I live by the harbour", person=1)
    await stage.ask("hello", person=1)
    await stage.ask("I live on a hill", person=2)
    assert memory.noticed == ["I live by the harbour"]


async def test_a_memory_in_trouble_costs_nobody_the_answer() -> None:
    stage = Stage(lambda _: GOOD, memory=Forgetting())
    assert await stage.ask("and what about that?") == GOOD
    assert len(stage.errors) == 2


async def test_a_prompt_whose_answer_is_shared_holds_neither_history_nor_memory() -> None:
    stage = Stage(lambda _: GOOD, memory=Remembering())
    stage.lines = [line("I live at the harbour"), line("Nice!", None)]
    await stage.ask(QUESTION, chat=1)
    assert "harbour" not in people(stage.provider.prompts[0])
    assert "rowing" not in people(stage.provider.prompts[0])
    await stage.ask("and what do you think of that?", chat=1)
    assert "harbour" in people(stage.provider.prompts[1])
    assert "rowing" in people(stage.provider.prompts[1])


async def test_without_consent_the_answer_is_static_and_the_question_comes_once_a_day() -> None:
    stage = Stage(lambda _: GOOD, agreed=set())
    first = await stage.ask(QUESTION)
    assert "Scripted" in first
    assert "/agree" in first
    assert "/agree" not in await stage.ask(QUESTION)
    stage.clock.advance(86_400)
    assert "/agree" in await stage.ask(QUESTION)
    assert not stage.provider.prompts
    assert stage.pipeline.stats().static_reasons == {"no_consent": 3}


async def test_without_consent_nothing_comes_from_the_cache_either() -> None:
    stage = Stage(lambda _: GOOD, agreed={1})
    await stage.ask(QUESTION, chat=1, person=1)
    assert GOOD not in await stage.ask(QUESTION, chat=2, person=2)


async def test_only_people_who_agreed_are_in_the_history_a_provider_sees() -> None:
    stage = Stage(lambda _: GOOD, agreed={1})
    stage.lines = [
        line("I am Ayla and agreed", 1),
        answer("Welcome, first one", line("I am Ayla and agreed", 1)),
        line("my secret is a boat", 2),
        answer("A boat, really", line("my secret is a boat", 2)),
        line("what now", 1, message=10_000),
        line("later words", 1),
    ]
    await stage.ask("and what do you say?", person=1)
    seen = people(stage.provider.prompts[0])
    assert "Ayla" in seen
    assert "Welcome" in seen
    assert "boat" not in seen
    assert "later" not in seen


async def test_each_line_is_judged_by_what_its_writer_had_agreed_to_when_they_wrote_it() -> None:
    stage = Stage(lambda _: GOOD)
    stage.spans[1] = (
        Span(Moment(10.0, 10), ended=Moment(20.0, 20)),
        Span(Moment(30.0, 30)),
    )
    stage.lines = [
        replace(line(f"word {number} of mine", 1, message=number), at=float(number))
        for number in (5, 15, 25, 35)
    ]
    stage.lines.insert(1, answer("it answers word 5", stage.lines[0]))
    stage.lines.append(answer("it answers word 35", stage.lines[-1]))
    await stage.ask("and what of that?", message=40, at=40.0)
    seen = people(stage.provider.prompts[0])
    assert [number for number in (5, 15, 25, 35) if f"word {number} of mine" in seen] == [15, 35]
    assert "answers word 35" in seen
    assert "answers word 5" not in seen


async def test_a_message_from_before_consent_gets_a_prepared_answer_and_no_question() -> None:
    stage = Stage(lambda _: GOOD)
    stage.spans[1] = (Span(Moment(10.0, 10)),)
    assert "/agree" not in await stage.ask(QUESTION, message=9, at=9.0)
    assert "/agree" not in await stage.ask(QUESTION, message=19, at=19.0, of_another=True)
    assert stage.provider.prompts == []


async def test_what_is_under_way_when_somebody_takes_consent_back_ends_at_once() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def complete(*_: object) -> Completion:
        begun.set()
        await go_on.wait()
        raise AssertionError("it went on")

    stage = Stage(lambda _: GOOD, complete=complete)
    asking = asyncio.create_task(stage.ask(QUESTION))
    await begun.wait()
    for _ in range(2):
        stage.pipeline.break_off(1, 1)
    answered = await asking
    assert answered
    assert stage.pipeline.stats().static_reasons == {"no_consent": 1}


async def test_what_was_gathered_before_somebody_took_consent_back_goes_out_no_more() -> None:
    stage = Stage(lambda _: GOOD)

    class Slow(Remembering):
        async def recall(self, account: str, person: int, question: str) -> list[str]:
            stage.pipeline.break_off(2, 1)  # another one of the chat, whose line is in the history
            return await super().recall(account, person, question)

    stage = Stage(lambda _: GOOD, memory=Slow())
    stage.lines = [line("I live at the harbour", 2)]
    assert await stage.ask("and what do you say?", person=1)
    assert stage.provider.prompts == []
    for number in range(300):
        stage.pipeline.break_off(1_000 + number, 1_000 + number)
    assert GOOD in await stage.ask(QUESTION, chat=5, person=3)


async def test_in_emergency_mode_and_without_providers_nothing_is_asked() -> None:
    stage = Stage(lambda _: GOOD, agreed=set())
    stage.gates.close(Gate.LLM_CALLS, "test")
    assert "/agree" not in await stage.ask(QUESTION)
    stage.gates.open(Gate.LLM_CALLS, "test")
    stage.providers = ()
    assert "/agree" not in await stage.ask(QUESTION)
    assert not stage.provider.prompts
    reasons = stage.pipeline.stats().static_reasons
    assert reasons == {Refusal.GATE_CLOSED: 1, Refusal.NO_PROVIDER: 1}


@pytest.mark.parametrize("refusal", list(Refusal))
async def test_a_refused_call_ends_in_a_static_answer(refusal: Refusal) -> None:
    def refuse(_: Prompt) -> str:
        raise NoCompletionError(refusal)

    stage = Stage(refuse)
    assert await stage.ask(QUESTION)
    assert stage.pipeline.stats().static_reasons == {refusal: 1}
    assert not stage.errors


async def test_an_unforeseen_error_of_a_provider_is_reported_and_the_answer_static() -> None:
    def fail(_: Prompt) -> str:
        raise KeyError("choices")

    stage = Stage(fail)
    assert await stage.ask(QUESTION)
    assert isinstance(stage.errors[0], KeyError)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("Çünkü geceleri daha az kişi işlem yapıyor.", "language"),
        ("My name is Emre and I am a real person.", "contradiction"),
        ("x" * 5_000, "too_long"),
        ("Ask me at someone@example.org for more.", "leak"),
    ],
)
async def test_a_bad_answer_is_asked_for_once_more_with_what_was_wrong(
    bad: str, fault: str
) -> None:
    stage = Stage(lambda prompt: GOOD if "last draft" in system(prompt) else bad)
    assert await stage.ask(QUESTION) == GOOD
    assert stage.pipeline.stats().faults == {fault: 1}
    assert stage.pipeline.stats().calls == 2


async def test_a_provider_that_never_says_a_good_thing_is_asked_twice_and_no_more() -> None:
    stage = Stage(lambda _: "I am a real human being.")
    answer = await stage.ask(QUESTION)
    assert "human" not in answer
    assert stage.pipeline.stats().calls == 2
    assert stage.pipeline.stats().static_reasons == {"unusable": 1}
    assert not stage.store.entries


async def test_what_the_chat_heard_lately_is_not_said_again() -> None:
    stage = Stage(lambda _: GOOD)
    stage.lines = [line(GOOD, None)]
    assert await stage.ask(QUESTION) != GOOD
    assert stage.pipeline.stats().faults == {"duplicate": 2}


async def test_a_hundred_who_ask_the_same_at_once_cost_one_call() -> None:
    stage = Stage(lambda _: GOOD)
    begun = asyncio.Event()
    inner = stage.provider.complete

    async def slow(*arguments: object) -> object:
        begun.set()
        await asyncio.sleep(0)
        return await inner(*arguments)  # type: ignore[arg-type]  # passed on as they come

    stage.pipeline._generator._complete = slow  # type: ignore[assignment]  # for its timing
    answers = await asyncio.gather(*(stage.ask(QUESTION, chat=chat) for chat in range(100)))
    assert set(answers) == {GOOD}
    assert len(stage.provider.prompts) == 1


async def test_a_text_that_tells_no_language_is_answered_in_the_chats() -> None:
    stage = Stage(lambda prompt: GOOD if "English only" in system(prompt) else "Hacim düşük bugün.")
    await stage.ask("How was the day on the markets so far, my friend?")
    await stage.ask("BTC 65000")
    assert "English only" in system(stage.provider.prompts[-1])
    await stage.ask("Bugün piyasalar nasıldı dostum, anlatsana?", chat=2)
    await stage.ask("BTC 65000", chat=2)
    assert "Turkish only" in system(stage.provider.prompts[-1])


async def test_static_answers_of_a_chat_do_not_repeat_while_others_are_left() -> None:
    stage = Stage(lambda _: GOOD, providers=())
    answers = [await stage.ask("selam") for _ in range(40)]
    assert len(set(answers)) == 40
    assert stage.pipeline.stats().repeats == 0


async def test_the_prefix_of_prompts_is_the_same_for_all_chats_and_questions() -> None:
    stage = Stage(numbered())
    await stage.ask(QUESTION, chat=1)
    await stage.ask("How do fees work on a network?", chat=2)
    one, other = (system(prompt) for prompt in stage.provider.prompts)
    shared = len(
        list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    )
    assert shared > 0.95 * len(one.partition("The talk is of")[0])


async def seconds_of_its_own_work() -> list[float]:
    """CPU seconds that each of a hundred questions takes, in their order."""
    stage = Stage(numbered())
    stage.lines = [line(f"and this is line {number} of the talk") for number in range(100)]
    await stage.ask("and then?", chat=0)  # what is made once for a persona
    took = []
    for number in range(100):
        began = time.thread_time()
        await stage.ask(f"and what do you think of number {number}?", chat=number % 7)
        took.append(time.thread_time() - began)
    return took


@pytest.mark.alone
async def test_its_own_work_takes_less_than_ten_milliseconds() -> None:
    rounds = [await seconds_of_its_own_work() for _ in range(5)]
    # The least of what each took: the rest is what the machine did beside it.
    took = map(min, zip(*rounds, strict=True))
    assert sorted(took)[98] < 0.010


async def test_a_new_conversation_shares_its_answer_and_one_that_goes_on_does_not() -> None:
    stage = Stage(numbered())
    stage.lines = [line("hello", 1), line("Hi there!", None)]
    await stage.ask("I forgot the password", chat=1)
    await stage.ask("I forgot the password", chat=2)
    assert stage.pipeline.stats().calls == 1
    stage.lines = [replace(line("my router blinks", 1), at=stage.clock.now() - 60)]
    await stage.ask("I forgot the password", chat=3)
    assert stage.pipeline.stats().calls == 2
    assert "router" in people(stage.provider.prompts[-1])
    stage.clock.advance(30 * 60)
    await stage.ask("I restarted the whole thing", chat=4)
    assert "router" not in people(stage.provider.prompts[-1])


async def test_what_is_remembered_of_a_person_keeps_the_answer_theirs() -> None:
    stage = Stage(numbered(), memory=Remembering())
    await stage.ask("I forgot the password", chat=1)
    assert not stage.store.entries


async def test_a_yes_to_a_question_of_a_models_goes_on_with_it() -> None:
    stage = Stage(lambda _: "It is the thin order book. Shall I explain?")
    await stage.ask(QUESTION)
    stage.provider.say = lambda _: "An order book lists who waits to buy and to sell."
    assert await stage.ask("yes") == "An order book lists who waits to buy and to sell."
    await stage.ask("ok")
    assert len(stage.provider.prompts) == 2


async def test_bots_of_one_persona_share_answers_whatever_they_are_called() -> None:
    stage = Stage(numbered())
    nameless = Persona(title="Guide")
    for number, name in enumerate(("Ada Bot", "Can Bot")):
        asked = ReplyRequest(f"bot{number}", name, nameless, number, 1, 1, QUESTION)
        await stage.pipeline.answer(asked)
    assert stage.pipeline.stats().calls == 1
    assert "Ada Bot" not in system(stage.provider.prompts[0])


async def test_what_is_prepared_ahead_is_not_made_again() -> None:
    stage = Stage(lambda _: GOOD)
    await stage.pipeline.prepare((MARKET_WATCHER,))
    parts = stage.pipeline._parts_of(MARKET_WATCHER)
    await stage.ask(QUESTION)
    assert stage.pipeline._parts_of(MARKET_WATCHER) is parts


async def test_who_waited_long_for_their_turn_does_not_wait_for_a_provider_as_well() -> None:
    stage = Stage(lambda _: GOOD)
    assert await stage.ask(QUESTION, waited=WAIT) != GOOD
    assert stage.pipeline.stats().static_reasons == {Refusal.TIMED_OUT: 1}

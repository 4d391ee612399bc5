"""Memory over a real database: kept apart by bot and person, forgotten with age and on request."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.gates import Gate, Gates
from engine.replies.memory.encoder import DIMENSIONS, Encoder
from engine.replies.memory.long_term import KEPT_UNNEEDED, MOST, LongTermMemory
from engine.replies.memory.meaning import is_current
from engine.storage.database.database import Database
from engine.storage.opening import open_database
from engine.storage.people.agreement import Agreement, Moment, Span, Wrote
from engine.storage.people.memories import Memories, Memory
from tests.support.clock import ManualClock
from tests.support.recall_questions import tuning_questions

ANNA, BORA = "anna", "bora"
KEREM, LALE = 7, 8


async def everything(_person: int, _bot: str, chat: int) -> Agreement:
    """What somebody agreed to who agreed before all."""
    return Agreement(chat, (Span(Moment(-1.0)),))


async def tell(memory: LongTermMemory, account: str, person: int, text: str) -> None:
    """In the person's chat with the bot."""
    await memory.notice(account, person, Wrote(person, 0.0), text)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def database(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    database = await open_database(None, tmp_path, clock=clock, on_trouble=lambda _: None)
    yield database
    await database.close()


@pytest.fixture
def memory(database: Database, clock: ManualClock) -> LongTermMemory:
    return LongTermMemory(database, clock, Gates(), everything)


async def test_what_was_said_is_recalled_by_the_words_it_shares(memory: LongTermMemory) -> None:
    await tell(memory, ANNA, KEREM, "Kedimin adı Pamuk. Bugün hava güzel.")
    await tell(memory, ANNA, KEREM, "İzmir'de bir kafede çalışıyorum.")
    assert await memory.recall(ANNA, KEREM, "kedim nasıl sence?") == ("Kedimin adı Pamuk.",)


async def test_nothing_passes_between_people_or_bots(memory: LongTermMemory) -> None:
    await tell(memory, ANNA, KEREM, "My cat is called Pamuk.")
    assert await memory.recall(ANNA, LALE, "what is my cat called?") == ()
    assert await memory.recall(BORA, KEREM, "what is my cat called?") == ()


async def test_secrets_are_not_remembered(memory: LongTermMemory) -> None:
    await tell(memory, ANNA, KEREM, "My mail is kerem@example.org and my number 0532 123 45 67.")
    (kept,) = await memory.export(KEREM)
    assert "kerem@" not in kept
    assert "123" not in kept


async def test_said_again_it_is_remembered_once_and_in_its_newest_words(
    memory: LongTermMemory,
) -> None:
    await tell(memory, ANNA, KEREM, "I live in a small flat in Ankara.")
    await tell(memory, ANNA, KEREM, "I live in a small flat in Ankara!")
    assert await memory.export(KEREM) == ["I live in a small flat in Ankara!"]


async def test_a_person_is_forgotten_by_all_bots(memory: LongTermMemory) -> None:
    for bot in (ANNA, BORA):
        await tell(memory, bot, KEREM, "My cat is called Pamuk.")
    await tell(memory, ANNA, LALE, "My cat is called Duman.")
    await memory.erase(KEREM)
    assert await memory.export(KEREM) == []
    assert await memory.export(LALE) == ["My cat is called Duman."]


async def test_what_nobody_needs_is_forgotten_with_age_and_what_is_needed_stays(
    memory: LongTermMemory, clock: ManualClock
) -> None:
    await tell(memory, ANNA, KEREM, "My cat is called Pamuk.")
    await tell(memory, ANNA, KEREM, "I work in a bakery near the harbour.")
    clock.advance(KEPT_UNNEEDED / 2)
    await memory.recall(ANNA, KEREM, "how is my cat?")
    clock.advance(KEPT_UNNEEDED / 2 + 1)
    await memory.forget_unneeded()
    assert await memory.export(KEREM) == ["My cat is called Pamuk."]


async def test_a_talkative_person_fills_no_more_than_their_share(
    memory: LongTermMemory, clock: ManualClock
) -> None:
    for n in range(MOST + 5):
        await tell(memory, ANNA, KEREM, f"I know {_word(n)} {_word(n * 7)} {_word(n * 13)}.")
        clock.advance(1)
    kept = await memory.export(KEREM)
    assert len(kept) == MOST
    assert f"I know {_word(0)} {_word(0)} {_word(0)}." not in kept


def _word(n: int) -> str:
    return "".join(chr(ord("a") + n * n * 31 % place) for place in (7, 11, 13, 17, 19, 23))


async def test_in_emergency_mode_no_model_is_loaded(database: Database, clock: ManualClock) -> None:
    gates, encoder = Gates(), Encoder()
    memory = LongTermMemory(database, clock, gates, everything, encoder)
    await tell(memory, ANNA, KEREM, "My cat is called Pamuk.")
    gates.close(Gate.LLM_CALLS, "emergency")
    assert await memory.recall(ANNA, KEREM, "what is my cat called?")
    assert not encoder.is_loaded


async def test_vectors_made_in_another_way_are_made_anew(
    database: Database, clock: ManualClock
) -> None:
    encoder, memories = Encoder(), Memories(database)
    memory = LongTermMemory(database, clock, Gates(), everything, encoder)
    for stale in (b"", b"x" * 7, b"\0" * 2 * DIMENSIONS):
        await memories.put(
            Memory(database.next_id(), ANNA, KEREM, "Kedimin adı Pamuk.", 0, 0, meaning=stale)
        )
    await memory.recall(ANNA, KEREM, "evcil hayvanım var mı?")
    await encoder.unload()
    kept = await memories.of(ANNA, KEREM)
    assert all(is_current(memory.meaning) for memory in kept)
    assert all(memory.recalls for memory in kept)


async def test_unloaded_it_still_recalls(memory: LongTermMemory) -> None:
    await tell(memory, ANNA, KEREM, "My cat is called Pamuk.")
    await memory.unload()
    assert await memory.recall(ANNA, KEREM, "kedim nasıl?") == ("My cat is called Pamuk.",)


@pytest.mark.parametrize(("language", "least"), [("tr", 0.85), ("en", 0.82)])
async def test_by_meaning_most_questions_find_what_was_said(
    database: Database, clock: ManualClock, language: str, least: float
) -> None:
    encoder = Encoder()
    memory = LongTermMemory(database, clock, Gates(), everything, encoder)
    found = []
    for person, told in enumerate(tuning_questions(language)):
        for text in told["memories"]:
            await tell(memory, ANNA, person, text)
        for one in told["question"]:
            recalled = await memory.recall(ANNA, person, one["text"])
            found.append(any(told["memories"][place] in recalled for place in one["expects"]))
    await encoder.unload()
    assert sum(found) >= least * len(found)


async def test_only_what_was_said_with_consent_in_a_chat_where_it_stands_is_recalled(
    database: Database, clock: ManualClock
) -> None:
    group = -77
    agreements: dict[int, tuple[Span, ...]] = {}

    async def agreement(_person: int, _bot: str, chat: int) -> Agreement:
        return Agreement(chat, agreements.get(chat, ()))

    memory = LongTermMemory(database, clock, Gates(), agreement)

    async def recalled() -> int:
        return len(await memory.recall(ANNA, KEREM, "what is my cat called?"))

    agreements[KEREM] = agreements[group] = (Span(Moment(100.0, 100)),)
    said_before = Wrote(KEREM, 99.0, 99)
    assert await memory.notice(ANNA, KEREM, said_before, "My cat is called Pamuk.") == 0
    await memory.notice(ANNA, group, Wrote(KEREM, 120.0, 7), "My cat is called Duman, she is grey.")
    assert await recalled() == 1
    agreements[group] = (Span(Moment(100.0, 100), ended=Moment(200.0, 200)),)
    assert await recalled() == 0  # what a group heard, where consent was taken back
    agreements[group] = (Span(Moment(300.0, 300)),)
    assert await recalled() == 0  # and given again for what comes after
    agreements[group] = (*agreements[group], Span(Moment(100.0, 100), ended=Moment(200.0, 200)))
    assert await recalled() == 1

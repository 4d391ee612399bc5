"""Memory over a real database: kept apart by bot and person, forgotten with age and on request."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.gates import Gate, Gates
from engine.replies.encoder import DIMENSIONS, Encoder
from engine.replies.memory.long_term import KEPT_UNNEEDED, MOST, LongTermMemory
from engine.replies.memory.meaning import is_current
from engine.storage.database import Database
from engine.storage.memories import Memories, Memory
from tests.clock import ManualClock
from tests.unit.replies.memory.questions import tuning_questions

ANNA, BORA = "anna", "bora"
KEREM, LALE = 7, 8


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def database(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    database = await Database.open(None, tmp_path, clock=clock, on_trouble=lambda _: None)
    yield database
    await database.close()


@pytest.fixture
def memory(database: Database, clock: ManualClock) -> LongTermMemory:
    return LongTermMemory(database, clock, Gates())


async def test_what_was_said_is_recalled_by_the_words_it_shares(memory: LongTermMemory) -> None:
    await memory.notice(ANNA, KEREM, "Kedimin adı Pamuk. Bugün hava güzel.")
    await memory.notice(ANNA, KEREM, "İzmir'de bir kafede çalışıyorum.")
    assert await memory.recall(ANNA, KEREM, "kedim nasıl sence?") == ("Kedimin adı Pamuk.",)


async def test_nothing_passes_between_people_or_bots(memory: LongTermMemory) -> None:
    await memory.notice(ANNA, KEREM, "My cat is called Pamuk.")
    assert await memory.recall(ANNA, LALE, "what is my cat called?") == ()
    assert await memory.recall(BORA, KEREM, "what is my cat called?") == ()


async def test_secrets_are_not_remembered(memory: LongTermMemory) -> None:
    await memory.notice(ANNA, KEREM, "My mail is kerem@example.org and my number 0532 123 45 67.")
    (kept,) = await memory.export(KEREM)
    assert "kerem@" not in kept
    assert "123" not in kept


async def test_said_again_it_is_remembered_once_and_in_its_newest_words(
    memory: LongTermMemory,
) -> None:
    await memory.notice(ANNA, KEREM, "I live in a small flat in Ankara.")
    await memory.notice(ANNA, KEREM, "I live in a small flat in Ankara!")
    assert await memory.export(KEREM) == ["I live in a small flat in Ankara!"]


async def test_a_person_is_forgotten_by_all_bots(memory: LongTermMemory) -> None:
    for bot in (ANNA, BORA):
        await memory.notice(bot, KEREM, "My cat is called Pamuk.")
    await memory.notice(ANNA, LALE, "My cat is called Duman.")
    await memory.erase(KEREM)
    assert await memory.export(KEREM) == []
    assert await memory.export(LALE) == ["My cat is called Duman."]


async def test_what_nobody_needs_is_forgotten_with_age_and_what_is_needed_stays(
    memory: LongTermMemory, clock: ManualClock
) -> None:
    await memory.notice(ANNA, KEREM, "My cat is called Pamuk.")
    await memory.notice(ANNA, KEREM, "I work in a bakery near the harbour.")
    clock.advance(KEPT_UNNEEDED / 2)
    await memory.recall(ANNA, KEREM, "how is my cat?")
    clock.advance(KEPT_UNNEEDED / 2 + 1)
    await memory.forget_unneeded()
    assert await memory.export(KEREM) == ["My cat is called Pamuk."]


async def test_a_talkative_person_fills_no_more_than_their_share(
    memory: LongTermMemory, clock: ManualClock
) -> None:
    for n in range(MOST + 5):
        await memory.notice(ANNA, KEREM, f"I know {_word(n)} {_word(n * 7)} {_word(n * 13)}.")
        clock.advance(1)
    kept = await memory.export(KEREM)
    assert len(kept) == MOST
    assert f"I know {_word(0)} {_word(0)} {_word(0)}." not in kept


def _word(n: int) -> str:
    return "".join(chr(ord("a") + n * n * 31 % place) for place in (7, 11, 13, 17, 19, 23))


async def test_in_emergency_mode_no_model_is_loaded(database: Database, clock: ManualClock) -> None:
    gates, encoder = Gates(), Encoder()
    memory = LongTermMemory(database, clock, gates, encoder)
    await memory.notice(ANNA, KEREM, "My cat is called Pamuk.")
    gates.close(Gate.LLM_CALLS, "emergency")
    assert await memory.recall(ANNA, KEREM, "what is my cat called?")
    assert not encoder.is_loaded


async def test_vectors_made_in_another_way_are_made_anew(
    database: Database, clock: ManualClock
) -> None:
    encoder, memories = Encoder(), Memories(database)
    memory = LongTermMemory(database, clock, Gates(), encoder)
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
    await memory.notice(ANNA, KEREM, "My cat is called Pamuk.")
    await memory.unload()
    assert await memory.recall(ANNA, KEREM, "kedim nasıl?") == ("My cat is called Pamuk.",)


@pytest.mark.parametrize(("language", "least"), [("tr", 0.85), ("en", 0.82)])
async def test_by_meaning_most_questions_find_what_was_said(
    database: Database, clock: ManualClock, language: str, least: float
) -> None:
    encoder = Encoder()
    memory = LongTermMemory(database, clock, Gates(), encoder)
    found = []
    for person, told in enumerate(tuning_questions(language)):
        for text in told["memories"]:
            await memory.notice(ANNA, person, text)
        for one in told["question"]:
            recalled = await memory.recall(ANNA, person, one["text"])
            found.append(any(told["memories"][place] in recalled for place in one["expects"]))
    await encoder.unload()
    assert sum(found) >= least * len(found)

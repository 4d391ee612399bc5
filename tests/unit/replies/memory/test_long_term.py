"""Memory over a real database: kept apart by bot and person, forgotten with age and on request."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.gates import Gate, Gates
from engine.replies.encoder import Encoder
from engine.replies.memory.long_term import KEPT_UNNEEDED, MOST, LongTermMemory
from engine.storage.database import Database
from tests.clock import ManualClock

FIXTURES = Path(__file__).parents[3] / "fixtures" / "recall"
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


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_by_meaning_four_of_five_questions_find_what_was_said(
    database: Database, clock: ManualClock, language: str
) -> None:
    told = tomllib.loads((FIXTURES / f"{language}.toml").read_text())
    encoder = Encoder()
    memory = LongTermMemory(database, clock, Gates(), encoder)
    for text in told["memories"]:
        await memory.notice(ANNA, KEREM, text)
    questions = [one for one in told["question"] if one["part"] == "tuning"]
    found = 0
    for one in questions:
        recalled = await memory.recall(ANNA, KEREM, one["text"])
        found += any(told["memories"][place] in recalled for place in one["expects"])
    await encoder.unload()
    assert found >= 0.8 * len(questions)

"""The prepared answers fit the question, and are always there."""

from pathlib import Path

import pytest

import resources
from engine.errors import SettingsError
from engine.replies.static_pool import StaticPool

SHIPPED = Path(resources.__file__).parent / "profiles" / "static_replies.toml"


@pytest.fixture
def pool() -> StaticPool:
    return StaticPool(
        {
            "reply": [
                {"when": ["hello", "hi"], "say": ["Hello from {name}!"]},
                {"when": ["merhaba", "selam"], "say": ["Merhaba, ben {name}!"]},
            ],
            "fallback": {"en": ["Sorry?"], "tr": ["Efendim?"]},
        }
    )


def test_the_closest_reply_is_taken_whatever_the_case(pool: StaticPool) -> None:
    assert pool.choose("HELLO!!") == "Hello from {name}!"
    assert pool.choose("SELAM") == "Merhaba, ben {name}!"


def test_what_fits_nothing_gets_a_fallback_in_its_own_language(pool: StaticPool) -> None:
    assert pool.choose("quantum chromodynamics") == "Sorry?"
    assert pool.choose("yağmur yağıyor dışarıda") == "Efendim?"


def test_every_text_gets_an_answer(pool: StaticPool) -> None:
    assert all(pool.choose(text) for text in ("", " ", "?", "x" * 100_000, "{name}", "😀"))


def test_the_shipped_replies_load_and_say_that_a_bot_speaks() -> None:
    assert "bot" in StaticPool.load(SHIPPED).choose("/start")


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "replies.toml"
    file.write_text("[[reply]]\nwhen = 3\n")
    with pytest.raises(SettingsError, match=r"replies\.toml cannot be used"):
        StaticPool.load(file)

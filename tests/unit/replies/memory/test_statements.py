"""What people tell of themselves is told apart from talk about the weather."""

import tomllib
from pathlib import Path

import pytest

from engine.replies.memory.statements import worth_remembering

FIXTURES = Path(__file__).parents[3] / "fixtures" / "recall"


@pytest.mark.parametrize("language", ["en", "tr"])
def test_nearly_all_that_people_tell_of_their_lives_is_worth_remembering(language: str) -> None:
    told = tomllib.loads((FIXTURES / f"{language}.toml").read_text())["memories"]
    noticed = [text for text in told if worth_remembering(text) == (text,)]
    assert len(noticed) >= 0.95 * len(told), set(told) - set(noticed)


@pytest.mark.parametrize(
    "text",
    [
        "what is the price of bitcoin?",
        "Dolar kaç oldu?",
        "bugün hava çok güzel",
        "fenerbahçe dün çok kötü oynadı",
        "ok thanks",
        "/subscribe talk",
        "What should I cook for my guests",
        "annem nasıl biri sence",
    ],
)
def test_questions_small_talk_and_news_are_not(text: str) -> None:
    assert worth_remembering(text) == ()


def test_only_the_sentences_that_matter_are_kept() -> None:
    text = "Hello there! My dog is called Biscuit. Nice weather today, isn't it?"
    assert worth_remembering(text) == ("My dog is called Biscuit.",)

"""What people tell of themselves is told apart from talk about the weather."""

from collections.abc import Callable

import pytest

from engine.replies.memory.statements import worth_remembering
from engine.replies.text.likeness import fold
from tests.support.recall_questions import tuning_questions


@pytest.mark.parametrize("typed", [str, str.lower, fold])
@pytest.mark.parametrize("language", ["en", "tr"])
def test_nearly_all_that_people_tell_of_their_lives_is_worth_remembering(
    language: str, typed: Callable[[str], str]
) -> None:
    told = [typed(text) for one in tuning_questions(language) for text in one["memories"]]
    missed = [text for text in told if worth_remembering(text) != (text,)]
    assert len(missed) <= 0.03 * len(told), missed


@pytest.mark.parametrize("language", ["en", "tr"])
def test_what_people_ask_of_their_lives_is_not_even_without_its_mark(language: str) -> None:
    asked = [
        question["text"].rstrip("?")
        for one in tuning_questions(language)
        for question in one["question"]
    ]
    kept = [text for text in asked if worth_remembering(text)]
    assert len(kept) <= 0.05 * len(asked), kept


@pytest.mark.parametrize(
    "text",
    [
        "Küçük kardeşim bir bankada çalışıyor",
        "my wife runs marathons",
        "im vegan btw",
        "our dog is fifteen",
        "Mom hates snakes",
        "We're moving house in June",
        "Dad sold the boat after his retirement",
        "Annemler köye taşınmış",
        "Astımım var",
        "When I was six I broke my arm",
        "Ne et ne balık yerim, vejetaryenim.",
        "Hello, my name is Anna.",
        "I see Dr. Patel at 3 p.m. on Tuesdays.",
    ],
)
def test_family_habits_and_asides_with_question_words_are_worth_remembering(text: str) -> None:
    assert worth_remembering(text) == (text,)


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
        "çok teşekkür ederim",
        "iyi geceler canım",
        "tamam var mı",
        "ask your dad about the game",
        "when is my train",
        "the team lost the game in extra time",
        "those were the days",
    ],
)
def test_questions_small_talk_and_news_are_not(text: str) -> None:
    assert worth_remembering(text) == ()


def test_only_the_sentences_that_matter_are_kept() -> None:
    text = "Hello there! My dog is called Biscuit. Nice weather today, isn't it?"
    assert worth_remembering(text) == ("My dog is called Biscuit.",)

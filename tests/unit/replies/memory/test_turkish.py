"""Turkish is read word by word in English, whatever endings its words carry."""

import pytest

from engine.replies.memory.turkish import in_english
from engine.replies.text.likeness import fold


@pytest.mark.parametrize(
    ("turkish", "english"),
    [
        ("kedilerimizden", "cat"),
        ("kitabım", "book"),  # kitap
        ("köpeğim ağaçta", "dog tree"),
        ("çalışıyorum", "work"),
        ("ağlıyordum", "cry"),  # ağla
        ("gidecekmişsiniz", "go"),
        ("uyuyamadık", "sleep"),
        ("doğum gününde", "birthday"),
        ("kız arkadaşımla", "girlfriend"),
        ("bulaşık makinesi", "dishwasher"),
        ("kireçlenmem", "arthritis"),
        ("yüksek tansiyonum", "high blood pressure"),
    ],
)
def test_endings_do_not_hide_a_word_with_or_without_marks(turkish: str, english: str) -> None:
    assert in_english(turkish) == english
    assert in_english(fold(turkish)) == english


def test_a_verb_and_a_noun_spelled_alike_are_told_apart_by_their_endings() -> None:
    assert in_english("yazın") == "summer"
    assert in_english("yazıyorum") == "write"


def test_names_stay_as_they_are_and_lose_their_endings() -> None:
    assert in_english("Zerrin'in Tarsus'un") == "zerrin tarsus"


def test_capitals_are_turkish_ones() -> None:
    assert in_english("IŞIK İNEK") == "light cow"


def test_what_says_nothing_by_itself_is_left_out() -> None:
    assert in_english("o da geldi mi?") == "come"
    assert in_english("de ki") == ""


def test_a_word_made_of_endings_to_be_slow_is_read_at_once() -> None:
    word = "ev" + "in" * 200 + "q"
    assert in_english(word) == word

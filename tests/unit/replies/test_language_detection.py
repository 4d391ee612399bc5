"""Turkish and English are told apart in texts as short as a chat's."""

import tomllib
from pathlib import Path

import pytest

from engine.replies.guards.answer_checks import speaks
from engine.replies.text.language_detection import Language, detect, is_turkish
from engine.simulator.people.texts import TEXTS

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))


def accuracy(texts: list[str], language: Language) -> float:
    return sum(detect(text) is language for text in texts) / len(texts)


@pytest.mark.parametrize(
    ("kind", "language", "floor"),
    [
        ("turkish", Language.TURKISH, 0.96),
        ("english", Language.ENGLISH, 0.98),
        ("unseen_turkish", Language.TURKISH, 0.90),
        ("unseen_english", Language.ENGLISH, 0.90),
    ],
)
def test_nearly_all_of_the_sentences_are_told(kind: str, language: Language, floor: float) -> None:
    assert accuracy(SENTENCES[kind], language) >= floor


def test_what_scripted_people_say_is_told() -> None:
    assert accuracy(list(TEXTS[0::2]), Language.TURKISH) == 1
    assert accuracy(list(TEXTS[1::2]), Language.ENGLISH) >= 0.98  # one holds Turkish words


@pytest.mark.parametrize("text", SENTENCES["neither"])
def test_where_nothing_tells_nothing_is_claimed(text: str) -> None:
    assert detect(text) is None
    assert not is_turkish(text)


@pytest.mark.parametrize("text", ["NASILSINIZ", "ISPARTA'DA HAVA NASIL", "İYİ GECELER"])
def test_capitals_do_not_matter(text: str) -> None:
    assert is_turkish(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('Present perfect: "I have lost my keys" yani hâlâ bulamadım.', Language.TURKISH),
        ("In Turkish that is 'çok teşekkür ederim', said to anybody.", Language.ENGLISH),
        ("Bitcoin bugün all time high yaptı, sakin ol.", Language.TURKISH),
        ("0.4 BTC 🙂", Language.TURKISH),
    ],
)
def test_words_and_quotations_of_the_other_language_are_no_wrong_answer(
    text: str, language: Language
) -> None:
    assert speaks(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Volume is low today, so small orders move the price.", Language.TURKISH),
        ("Bugün hacim düşük, küçük emirler fiyatı oynatıyor.", Language.ENGLISH),
        ("bugun hacim dusuk, fiyat o yuzden oynuyor", Language.ENGLISH),
    ],
)
def test_an_answer_in_the_other_language_is_found(text: str, language: Language) -> None:
    assert not speaks(text, language)

"""Answers in a language that neither the bot nor the chat speaks."""
# ruff: noqa: RUF001 - letters of other scripts are what is told apart

import tomllib
from pathlib import Path

import pytest

from engine.replies.guards.answer_checks import speaks
from engine.replies.text.foreign_language import foreign_language
from engine.replies.text.language_detection import Language
from engine.simulator.people.texts import TEXTS

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))

FOREIGN = {
    "fr": "Je suis désolé, mais je ne peux pas vous aider avec cela.",
    "de": "Das ist eine gute Frage, aber ich weiß es auch nicht.",
    "es": "Hola, estoy muy bien, gracias por preguntar. ¿Cómo está usted?",
    "it": "Non sono sicuro, ma questo è molto bello. Grazie!",
    "pt": "Não tenho certeza, mas você pode tentar isso também.",
    "nl": "Dat is een goede vraag, maar ik weet het ook niet.",
    "pl": "Nie jestem pewien, ale to bardzo dobrze.",
    "ro": "Nu sunt sigur, dar este foarte bine și mulțumesc.",
    "id": "Saya tidak tahu, tetapi itu sangat baik untuk kamu.",
    "sv": "Jag vet inte, men det är mycket bra för dig.",
    "CYRILLIC": "Привет! Как у тебя дела?",
    "GREEK": "Γεια σου, τι κάνεις;",
    "ARABIC": "مرحبا، كيف حالك؟",
    "HEBREW": "שלום, מה שלומך?",
    "DEVANAGARI": "नमस्ते, आप कैसे हैं?",
    "THAI": "สวัสดีครับ สบายดีไหม",
    "HANGUL": "안녕하세요, 잘 지내세요?",
    "CJK": "こんにちは、元気ですか？",
}


@pytest.mark.parametrize(("language", "text"), FOREIGN.items(), ids=FOREIGN)
def test_an_answer_in_a_foreign_language_is_for_a_chat_that_speaks_it_alone(
    language: str, text: str
) -> None:
    assert foreign_language(text) == language
    for own in Language:
        assert not speaks(text, own, ['<message from="person 1">How are you?</message>'])
        assert speaks(text, own, ["How are you?", f'<message from="person 1">{text}</message>'])


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_what_is_said_in_ones_own_languages_is_not_foreign(kind: str) -> None:
    assert [text for text in SENTENCES[kind] if foreign_language(text)] == []


def test_what_scripted_people_say_is_not_foreign() -> None:
    assert [text for text in TEXTS if foreign_language(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "In Russian that is «привет», said to friends.",
        "Fransızca “je ne sais pas” denir, yani bilmiyorum.",
        "He has a certain je ne sais quoi, that one.",
        "I love Las Palmas, La Paz and Los Angeles!",
        "π is about 3.14 and Ω is a resistance.",
        "0.4 BTC 🙂",
        "Das Auto!",
        "Ha ha!",
        "Hay hay, buyur.",
    ],
)
def test_a_few_foreign_words_are_no_foreign_answer(text: str) -> None:
    assert speaks(text, Language.ENGLISH) or speaks(text, Language.TURKISH)

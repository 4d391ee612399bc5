"""The prepared answers fit the question, sound like the persona, and are always there."""

from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.replies.language_detection import Language
from engine.replies.persona import Persona
from engine.replies.persona_file import SHIPPED, load_personas
from engine.replies.recent_answers import RecentAnswers
from engine.replies.static_pool import StaticPool
from engine.replies.static_replies import load_static_replies

REPLIES = load_static_replies()
PERSONAS = load_personas([SHIPPED])
ENGLISH, TURKISH = Language.ENGLISH, Language.TURKISH


@pytest.fixture
def pool() -> StaticPool:
    return StaticPool(REPLIES, Persona(title="plain"))


def certain(pool: StaticPool, text: str, language: Language = ENGLISH) -> str | None:
    answer = pool.certain(text, language, "Ada", RecentAnswers())
    return answer.text if answer else None


@pytest.mark.parametrize(
    "text",
    [
        "Hello!", "hiii", "HEY THERE", "hi Ada", "Selam kanka", "merhabalaaar",
        "Günaydın herkese", "naber", "NABER ya",
        "thanks a lot!!", "tşk", "teşekkür ederim hocam", "ok", "tamamdır", "😂😂", "👍",
        "hahahaha", "jsjsjs", "lol",
        "good night everyone", "iyi geceler", "Selam, nasılsın?", "hi, how are you bro",
        "ok thanks", "are you a bot?",
        "sen bot musun", "/start", "/start@SomeBot", "hayırlı cumalar", "@ada_bot selam",
    ],
)  # fmt: skip
def test_small_talk_is_recognised(pool: StaticPool, text: str) -> None:
    assert certain(pool, text)


@pytest.mark.parametrize(
    "text",
    [
        "hello, is the market open?", "selam, dolar kaç?", "thanks but why?", "how old are you",
        "ok computer", "",
        "?", "btc", "good", "how are you going to do that", "merhaba dünya nasıl yazılır", "5",
        "no idea what you mean",
    ],
)  # fmt: skip
def test_anything_more_is_left_to_a_model(pool: StaticPool, text: str) -> None:
    assert certain(pool, text) is None


def test_a_greeting_with_a_question_after_it_gets_both_answered(pool: StaticPool) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    answer = certain(pool, "Selam, nasılsın?", TURKISH) or ""
    assert answer.startswith(kinds["greeting"].tr.say)
    assert answer.endswith(kinds["how_are_you"].tr.say)


def test_the_phrase_tells_the_language_and_where_it_does_not_the_chat_does(
    pool: StaticPool,
) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    assert certain(pool, "selam", ENGLISH) in kinds["greeting"].tr.say
    assert certain(pool, "ok", TURKISH) in kinds["agreement"].tr.say
    assert certain(pool, "ok", ENGLISH) in kinds["agreement"].en.say


def test_a_persona_answers_its_own_questions_and_greets_in_its_own_words() -> None:
    pool = StaticPool(REPLIES, PERSONAS.get("cafe_host"))
    assert "sekiz" in (certain(pool, "kaçta açıksınız?") or "").casefold()
    assert "sekiz" in (certain(pool, "KACTA ACIKSINIZ kanka") or "").casefold()
    own = PERSONAS.get("cafe_host").small_talk["greeting"].tr
    assert all(certain(pool, "selam") in own for _ in range(20))


def test_every_text_gets_an_answer(pool: StaticPool) -> None:
    for text in ("", " ", "?", "x" * 100_000, "{name}", "😀", "\ud800"):
        for language in Language:
            assert pool.choose(text, language, "Ada", RecentAnswers()).text


def test_what_fits_nothing_gets_a_fallback_in_its_own_language(pool: StaticPool) -> None:
    for language in Language:
        answer = pool.choose("quantum chromodynamics", language, "Ada", RecentAnswers())
        assert answer.text in REPLIES.fallback.of(language)


def test_the_closest_prepared_reply_is_the_last_resort(pool: StaticPool) -> None:
    answer = pool.choose("what is the price of it?", ENGLISH, "Ada", RecentAnswers())
    assert "price" in answer.text.casefold()


def test_what_was_said_lately_is_said_again_only_when_nothing_else_is_left(
    pool: StaticPool,
) -> None:
    said = RecentAnswers()
    sentences = len(REPLIES.fallback.en)
    for _ in range(sentences):
        answer = pool.choose("zzz qqq", ENGLISH, "Ada", said)
        assert answer.is_fresh
        said.add(answer.text)
    first = pool.choose("zzz qqq", ENGLISH, "Ada", said)
    assert not first.is_fresh
    assert said.age(first.text) == sentences - 1, "the one said longest ago"


def test_a_name_with_braces_does_no_harm(pool: StaticPool) -> None:
    assert "{x}" in pool.certain("/start", ENGLISH, "{x}", RecentAnswers()).text  # type: ignore[union-attr]  # small talk


def test_a_damaged_file_is_told_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "replies.toml"
    file.write_text("[[reply]]\nwhen = 3\n")
    with pytest.raises(SettingsError, match=r"replies\.toml cannot be used"):
        load_static_replies(file)


@pytest.mark.parametrize("name", PERSONAS.names)
def test_a_shipped_persona_speaks_both_languages(name: str) -> None:
    persona = PERSONAS.get(name)
    for language in Language:
        assert len(persona.asides.of(language)) >= 8
        assert len(persona.announcements.of(language)) >= 3
        assert not any(set(persona.small_talk) - {kind.name for kind in REPLIES.kind}), (
            "a kind nobody asks for"
        )
